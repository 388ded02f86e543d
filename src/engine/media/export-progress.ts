/** Counted progress of an export: frames composed, and the time left by the pace so far. */
import type { JobStage, Progress } from '#contracts/engine-api.ts'

/** More often than this nobody can read, and messages cost. */
const INTERVAL_MS = 100
/** What the frames are of the whole; the rest is mixing before and checking after. */
const COMPOSING = { start: 0.02, end: 0.96 } as const

export class ExportProgress {
  private readonly jobId: string
  private readonly totalFrames: number
  private readonly report: (progress: Progress) => void
  private readonly startedMs = performance.now()
  private composingStartedMs: number | null = null
  private reportedMs = -Infinity

  constructor(jobId: string, totalFrames: number, report: (progress: Progress) => void) {
    this.jobId = jobId
    this.totalFrames = totalFrames
    this.report = report
  }

  stage(stage: JobStage, fraction: number): void {
    this.emit({ stage, completed: 0, total: 1, fraction, remainingMs: null })
  }

  /** `completed` frames have been handed to the encoder. */
  composed(completed: number): void {
    const now = performance.now()
    this.composingStartedMs ??= now
    if (completed < this.totalFrames && now - this.reportedMs < INTERVAL_MS) return
    const share = completed / this.totalFrames
    const elapsed = now - this.composingStartedMs
    this.emit({
      stage: 'composing', completed, total: this.totalFrames, fraction: COMPOSING.start + (COMPOSING.end - COMPOSING.start) * share,
      remainingMs: completed > 1 ? (elapsed / (completed - 1)) * (this.totalFrames - completed) : null,
    })
  }

  /** All frames are composed; ffmpeg still works on the last ones and moves the index to the front. */
  encodingRest(): void {
    this.stage('encoding', COMPOSING.end)
  }

  done(): void {
    this.emit({ stage: 'done', completed: this.totalFrames, total: this.totalFrames, fraction: 1, remainingMs: 0 })
  }

  get elapsedMs(): number {
    return performance.now() - this.startedMs
  }

  private emit(progress: Omit<Progress, 'jobId' | 'elapsedMs'>): void {
    this.reportedMs = performance.now()
    this.report({ jobId: this.jobId, elapsedMs: this.elapsedMs, ...progress })
  }
}
