/** What the queue asks of the code that carries out one kind of job. */
import type { ExportResult, Progress } from '#contracts/engine-api.ts'
import type { JobRow } from '../storage/job-table.ts'
import type { EnginePreview } from '../engine/engine-supervisor.ts'

export interface JobRunContext {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  readonly onPreview: (preview: EnginePreview) => void
}

export interface JobYield {
  readonly takeId?: string
  readonly exportResult?: ExportResult
}

export interface JobRunner {
  /** Carries the job out; throws CancelledError or a StudioError. What it made is recorded and verified when it returns. */
  run(job: JobRow, context: JobRunContext): Promise<JobYield>
  /** True where a run that ended with its engine left a state to go on from: it is then begun again instead of failing. */
  canResume?(job: JobRow): boolean
  /** The job is done, failed or cancelled: what was kept for beginning it again may go. */
  onEnded?(job: JobRow): void
  /** False while this kind cannot run (its engine is down): jobs then wait instead of failing one after another. */
  isReady(): boolean
}
