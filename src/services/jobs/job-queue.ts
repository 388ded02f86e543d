/** The queue of work: persistent, in order, one generation and one export at a time; a failed job stops nothing but itself. */
import type { Progress } from '#contracts/engine-api.ts'
import type { Job } from '#contracts/studio-api.ts'
import { toWireError } from '#contracts/wire-error.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import { timestamp, type Clock } from '../clock.ts'
import type { EnginePreview } from '../engine/engine-supervisor.ts'
import type { Log } from '../log.ts'
import type { JobKind, JobOutcome, JobRow, JobTable, NewJob } from '../storage/job-table.ts'
import type { JobRunner } from './job-runner.ts'
import { throttleProgress } from './progress-throttle.ts'

export interface JobQueueInit {
  readonly jobs: JobTable
  readonly runners: Readonly<Record<JobKind, JobRunner>>
  readonly clock: Clock
  readonly log: Log
  /** Jobs run only for projects that are open here: the project's lock says whose work it is. */
  readonly openProjectIds: () => readonly string[]
  readonly onUpdated: (job: Job) => void
  readonly onPreview: (job: JobRow, preview: EnginePreview) => void
  /** Called when a job has ended and nothing of its project waits or runs any more. */
  readonly onProjectIdle: (projectId: string) => void
}

/** A job that was running this often when the program ended is given up: it may be what ends it. */
const MAX_ATTEMPTS = 3
const KINDS: readonly JobKind[] = ['generate', 'export']

interface RunningJob {
  readonly row: JobRow
  readonly abort: AbortController
  progress: Progress | null
  /** Resolves when the job has ended and is recorded. */
  ended: Promise<void>
}

export class JobQueue {
  readonly #init: JobQueueInit
  readonly #running = new Map<JobKind, RunningJob>()
  #isStopped = false

  constructor(init: JobQueueInit) {
    this.#init = init
  }

  /** Adds jobs in their order and starts what can start. */
  add(jobs: readonly NewJob[]): void {
    this.#init.jobs.add(jobs)
    for (const { jobId } of jobs) this.#announce(jobId)
    this.pump()
  }

  list(projectId: string | null): readonly Job[] {
    return this.#init.jobs.list(projectId).map((row) => this.#describe(row))
  }

  hasUnfinished(projectId: string): boolean {
    return this.#init.jobs.unfinished(projectId).length > 0
  }

  /** Cancels a queued job at once, a running one as soon as its engine lets go. Throws NOT_FOUND for an unknown one. */
  async cancel(jobId: string): Promise<void> {
    const row = this.#init.jobs.get(jobId)
    if (!row) throw new StudioError({ code: 'NOT_FOUND', message: 'This job is not in the queue.', remedy: 'Look at the list of jobs again.' })
    const running = this.#running.get(row.kind)
    if (running?.row.jobId === jobId) {
      running.abort.abort()
      await running.ended
    } else if (row.state === 'queued' || row.state === 'running') {
      this.#finish(row, { state: 'cancelled', finishedAt: timestamp(this.#init.clock) })
    }
  }

  /** Cancels all of a project's work that has not ended. */
  async cancelAll(projectId: string): Promise<void> {
    const unfinished = this.#init.jobs.unfinished(projectId)
    // The queued ones first, so that none of them starts when the running one ends.
    const queuedFirst = unfinished.toSorted((left, right) => (left.state === right.state ? 0 : left.state === 'queued' ? -1 : 1))
    for (const { jobId } of queuedFirst) await this.cancel(jobId)
  }

  /** Puts back into the queue what was running when a process ended; the caller knows that nobody works on these projects. */
  resume(isAbandoned: (projectId: string) => boolean): void {
    for (const row of this.#init.jobs.unfinished(null)) {
      if (row.state !== 'running' || this.#running.get(row.kind)?.row.jobId === row.jobId || !isAbandoned(row.projectId)) continue
      if (row.attempts < MAX_ATTEMPTS) this.#init.jobs.requeue(row.jobId)
      else this.#finish(row, { state: 'failed', error: toWireError(givenUp(row)), finishedAt: timestamp(this.#init.clock) })
      this.#announce(row.jobId)
    }
    this.pump()
  }

  /** Starts the next job of each kind that has none running. Never throws: jobs end and engines come back where nobody could catch it. */
  pump(): void {
    for (const kind of KINDS) {
      try {
        this.#pumpKind(kind)
      } catch (error) {
        this.#init.log.write('error', 'The next job could not be started; it waits in the queue', { kind, error })
      }
    }
  }

  /** Ends the running jobs without finishing them: they are taken up again at the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true
    const running = [...this.#running.values()]
    for (const job of running) job.abort.abort()
    await Promise.all(running.map(({ ended }) => ended))
  }

  #pumpKind(kind: JobKind): void {
    const { jobs, runners, openProjectIds } = this.#init
    if (this.#isStopped || this.#running.has(kind) || !runners[kind].isReady()) return
    const row = jobs.next(kind, openProjectIds())
    if (!row || !jobs.markRunning(row.jobId)) return
    const job: RunningJob = { row: { ...row, state: 'running', attempts: row.attempts + 1 }, abort: new AbortController(), progress: null, ended: Promise.resolve() }
    this.#running.set(kind, job)
    job.ended = this.#carryOut(job)
  }

  async #carryOut(job: RunningJob): Promise<void> {
    const { clock, runners, onPreview } = this.#init
    const { row } = job
    this.#announce(row.jobId)
    const throttle = throttleProgress(clock, (progress) => {
      job.progress = progress
      this.#announce(row.jobId)
    })
    let outcome: JobOutcome | 'again' | null
    try {
      const made = await runners[row.kind].run(row, {
        signal: job.abort.signal,
        onProgress: throttle.offer,
        onPreview: (preview) => onPreview(row, preview),
      })
      outcome = { state: 'done', ...made, finishedAt: timestamp(clock) }
    } catch (error) {
      outcome = this.#outcomeOf(job, error)
    }
    throttle.stop()
    this.#running.delete(row.kind)
    if (outcome === null) this.#requeueQuietly(row)
    else if (outcome === 'again') this.#requeue(row)
    else this.#finish(row, outcome)
    this.pump()
  }

  /** null: the studio is closing, so the job is neither failed nor cancelled. */
  #outcomeOf(job: RunningJob, error: unknown): JobOutcome | 'again' | null {
    const { clock, log } = this.#init
    if (this.#isStopped) return null
    if (error instanceof CancelledError || job.abort.signal.aborted) return { state: 'cancelled', finishedAt: timestamp(clock) }
    const isCrash = error instanceof StudioError && error.code === 'ENGINE_CRASHED'
    if (isCrash && job.row.attempts < MAX_ATTEMPTS && this.#canResume(job.row)) {
      log.write('warn', 'A job goes on from where its engine ended', { jobId: job.row.jobId, attempts: job.row.attempts })
      return 'again'
    }
    log.write('error', 'A job failed', { jobId: job.row.jobId, label: job.row.label, error })
    return { state: 'failed', error: toWireError(error), finishedAt: timestamp(clock) }
  }

  /** False where it cannot be told: the drive that holds the project may be gone. */
  #canResume(row: JobRow): boolean {
    try {
      return this.#init.runners[row.kind].canResume?.(row) === true
    } catch (error) {
      this.#init.log.write('warn', 'What a job left to go on from could not be looked for', { jobId: row.jobId, error })
      return false
    }
  }

  #requeue(row: JobRow): void {
    try {
      this.#init.jobs.requeue(row.jobId)
      this.#announce(row.jobId)
    } catch (error) {
      this.#init.log.write('error', 'A job could not be put back into the queue; the next start does it', { jobId: row.jobId, error })
    }
  }

  /** A closing studio is no attempt of the job's own. */
  #requeueQuietly(row: JobRow): void {
    try {
      this.#init.jobs.release(row.jobId)
    } catch (error) {
      this.#init.log.write('warn', 'A job could not be put back into the queue; the next start does it', { jobId: row.jobId, error })
    }
  }

  #finish(row: JobRow, outcome: JobOutcome): void {
    const { jobs, log, runners, onProjectIdle } = this.#init
    try {
      jobs.finish(row.jobId, outcome)
      this.#announce(row.jobId)
      runners[row.kind].onEnded?.(row)
      if (!this.hasUnfinished(row.projectId)) onProjectIdle(row.projectId)
    } catch (error) {
      // Not recorded means still running to the next start, which takes it up again and finds the take.
      log.write('error', 'The end of a job could not be recorded', { jobId: row.jobId, error })
    }
  }

  /** Never throws: it is called by timers and at the end of jobs, and who listens can ask for the list. */
  #announce(jobId: string): void {
    try {
      const row = this.#init.jobs.get(jobId)
      if (row) this.#init.onUpdated(this.#describe(row))
    } catch (error) {
      this.#init.log.write('warn', 'The state of a job could not be told', { jobId, error })
    }
  }

  #describe(row: JobRow): Job {
    const running = this.#running.get(row.kind)
    const progress = running?.row.jobId === row.jobId ? running.progress : null
    const { jobId, projectId, kind, label, shotId, state, error, takeId, exportResult, createdAt, finishedAt } = row
    const stage = state === 'done' ? 'done' : state === 'running' ? (progress?.stage ?? 'verifying') : 'queued'
    return { jobId, projectId, kind, label, shotId, state, stage, progress, error, takeId, exportResult, createdAt, finishedAt }
  }
}

function givenUp(row: JobRow): StudioError {
  return new StudioError({
    code: 'ENGINE_CRASHED',
    message: `"${row.label}" was interrupted ${row.attempts} times and was given up.`,
    remedy: 'Start it again; if the program ends again, choose a smaller frame size or another pack.',
  })
}
