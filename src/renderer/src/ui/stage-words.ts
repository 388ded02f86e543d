/** A job's progress in words: "Step 6 of 20". */
import type { Job } from '#contracts/studio-api.ts'
import { t } from './strings/strings.ts'

export function stageWords(job: Pick<Job, 'progress' | 'stage'>): string {
  const { progress } = job
  const stage = progress?.stage ?? job.stage
  if (!progress || progress.total <= 1) return t.stages[stage]
  return t.stages.counted(t.stages[stage], progress.completed, progress.total)
}

/** "11 s left"; null before the first counted step. */
export function timeLeftWords(job: Pick<Job, 'progress'>): string | null {
  const remainingMs = job.progress?.remainingMs
  return remainingMs === null || remainingMs === undefined ? null : t.durations.left(remainingMs / 1_000)
}
