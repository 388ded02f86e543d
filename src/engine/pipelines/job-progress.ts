/** Counted progress of a generation: stages with units, a fraction that never falls, and the time left from timed units. */
import type { JobStage, Progress } from '#contracts/engine-api.ts'

/** Share of a usual job that each stage takes before anything was timed; sampling is where the time goes. */
const STAGE_WEIGHTS = { verifying: 0.02, 'encoding-text': 0.02, loading: 0.03, sampling: 0.83, decoding: 0.06, writing: 0.04 } as const
export type GenerationStage = keyof typeof STAGE_WEIGHTS
const STAGES = Object.keys(STAGE_WEIGHTS) as readonly GenerationStage[]

/** What earlier jobs of the same pack and size took after their last step, in milliseconds. */
export interface TailTimes {
  readonly decodingMs: number
  readonly writingMs: number
}

export interface JobProgress {
  /** Begins a stage with its number of units; the stages before it count as done. */
  begin(stage: GenerationStage, total: number): void
  /** One unit of the stage is done. */
  advance(): void
  /** Units that an earlier run did: counted, and left out of the pace. */
  skip(units: number): void
  /** Says the same again: a sign of life within a long unit. */
  touch(): void
  /** Milliseconds that each finished stage took. */
  stageMs(stage: GenerationStage): number
  finish(): void
}

export interface JobProgressOptions {
  readonly jobId: string
  readonly now: () => number
  readonly emit: (progress: Progress) => void
  /** null before the first job of this pack and size. */
  readonly tail: TailTimes | null
}

export function createJobProgress({ jobId, now, emit, tail }: JobProgressOptions): JobProgress {
  const startedAt = now()
  const tookMs = new Map<GenerationStage, number>()
  let stage: GenerationStage = 'verifying'
  let stageStartedAt = startedAt
  let completed = 0
  let total = 1
  let skipped = 0
  let highest = 0

  function report(reported: JobStage = stage): void {
    highest = Math.max(highest, reported === 'done' ? 1 : fraction())
    emit({ jobId, stage: reported, completed, total, fraction: highest, elapsedMs: now() - startedAt, remainingMs: reported === 'done' ? 0 : remainingMs() })
  }

  function fraction(): number {
    const before = STAGES.slice(0, STAGES.indexOf(stage)).reduce((sum, name) => sum + STAGE_WEIGHTS[name], 0)
    return Math.min(1, before + STAGE_WEIGHTS[stage] * (total === 0 ? 1 : completed / total))
  }

  /** From the steps timed in this job; what follows the last step is taken from earlier jobs or from the stages' shares. */
  function remainingMs(): number | null {
    const inStageMs = now() - stageStartedAt
    if (stage === 'sampling') {
      if (completed === skipped) return null
      const stepMs = inStageMs / (completed - skipped)
      return stepMs * (total - completed) + tailMs(stepMs * total)
    }
    const samplingMs = tookMs.get('sampling')
    if (samplingMs === undefined) return null
    const expected = tail?.[stage === 'decoding' ? 'decodingMs' : 'writingMs'] ?? samplingMs * (STAGE_WEIGHTS[stage] / STAGE_WEIGHTS.sampling)
    // The first frame waits for the encoder to start: its pace counts only once the stage is overdue.
    const left = inStageMs < expected || completed === 0 ? Math.max(0, expected - inStageMs) : (inStageMs / completed) * (total - completed)
    return stage === 'decoding' ? left + (tail?.writingMs ?? samplingMs * (STAGE_WEIGHTS.writing / STAGE_WEIGHTS.sampling)) : left
  }

  function tailMs(samplingMs: number): number {
    if (tail !== null) return tail.decodingMs + tail.writingMs
    return (samplingMs * (STAGE_WEIGHTS.decoding + STAGE_WEIGHTS.writing)) / STAGE_WEIGHTS.sampling
  }

  function endStage(): void {
    tookMs.set(stage, now() - stageStartedAt)
  }

  return {
    begin(next, units) {
      endStage()
      stage = next
      stageStartedAt = now()
      completed = 0
      skipped = 0
      total = units
      report()
    },
    advance() {
      completed = Math.min(total, completed + 1)
      report()
    },
    skip(units) {
      completed = Math.min(total, completed + units)
      skipped += units
      report()
    },
    touch: () => report(),
    stageMs: (name) => tookMs.get(name) ?? 0,
    finish() {
      endStage()
      completed = total
      report('done')
    },
  }
}
