/** Follows jobs to their end: a bar for the job under way, a bar for the whole, counted steps and time left. */
import type { ContractClient } from '#contracts/contract.ts'
import type { Job, StudioContract } from '#contracts/studio-api.ts'
import { CancelledError, StudioError, STUDIO_ERROR_CODES, type StudioErrorCode } from '#core/errors.ts'
import { formatSeconds, progressBar, type Output } from './output.ts'

const STAGE_WORDS: Readonly<Record<Job['stage'], string>> = {
  queued: 'waiting', verifying: 'checking files', loading: 'loading the model', 'encoding-text': 'reading the prompt', sampling: 'step',
  decoding: 'decoding', writing: 'writing', composing: 'frame', encoding: 'encoding', checking: 'checking the file', done: 'done',
}

/** Resolves with the finished jobs in the given order; throws the first failure after all have ended, or CancelledError. */
export async function followJobs(client: ContractClient<StudioContract>, jobIds: readonly string[], output: Output, signal: AbortSignal): Promise<readonly Job[]> {
  const jobs = new Map<string, Job>()
  const startedAt = performance.now()
  let finish: () => void = () => undefined
  const finished = new Promise<void>((resolve) => { finish = resolve })
  function take(job: Job): void {
    if (!jobIds.includes(job.jobId)) return
    const known = jobs.get(job.jobId)
    if (known && isEnded(known)) return
    jobs.set(job.jobId, job)
    show(output, jobs, jobIds, job, (performance.now() - startedAt) / 1_000)
    if (jobs.size === jobIds.length && [...jobs.values()].every(isEnded)) finish()
  }
  const unsubscribe = client.on('job.updated', take)
  const unsubscribeClose = client.onClose(() => finish())
  const cancelAll = (): void => {
    for (const jobId of jobIds) client.call('job.cancel', { jobId }).catch(() => { /* The job has ended meanwhile: nothing is left to cancel. */ })
  }
  signal.addEventListener('abort', cancelAll, { once: true })
  // Ctrl+C before there were jobs to cancel.
  if (signal.aborted) cancelAll()
  try {
    // Jobs may have moved on before the subscription: ask once, then listen.
    for (const job of (await client.call('job.list', { projectId: null })).jobs) take(job)
    if (jobIds.length > 0) await finished
  } finally {
    unsubscribe()
    unsubscribeClose()
    signal.removeEventListener('abort', cancelAll)
  }
  return jobIds.map((jobId) => endedWell(jobs.get(jobId), jobId))
}

function isEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
}

function endedWell(job: Job | undefined, jobId: string): Job {
  if (job?.state === 'cancelled') throw new CancelledError()
  if (job?.state === 'done') return job
  const code = STUDIO_ERROR_CODES.find((known): known is StudioErrorCode => known === job?.error?.code) ?? 'INTERNAL'
  throw new StudioError({
    code,
    message: job?.error?.message ?? `Job ${jobId} did not finish.`,
    remedy: job?.error?.remedy ?? 'Run the command again.',
    ...(job?.error?.detail === undefined ? {} : { detail: job.error.detail }),
  })
}

function show(output: Output, jobs: ReadonlyMap<string, Job>, jobIds: readonly string[], job: Job, elapsedSeconds: number): void {
  const own = job.state === 'done' ? 1 : (job.progress?.fraction ?? 0)
  const whole = jobIds.reduce((sum, id) => sum + fractionOf(jobs.get(id)), 0) / jobIds.length
  const left = whole > 0.02 && whole < 1 ? `, ${formatSeconds((elapsedSeconds / whole) * (1 - whole))} left in all` : ''
  const position = `${jobIds.indexOf(job.jobId) + 1}/${jobIds.length}`
  const text = `${progressBar(own)} ${describe(job)} · ${job.label}  ${progressBar(whole)} ${position}${left}`
  if (isEnded(job)) output.progressDone(text)
  else if (job.state === 'running') output.progress(text)
}

function fractionOf(job: Job | undefined): number {
  if (!job) return 0
  return isEnded(job) ? 1 : (job.progress?.fraction ?? 0)
}

function describe(job: Job): string {
  if (job.state !== 'running') return job.state
  const progress = job.progress
  const words = STAGE_WORDS[job.stage]
  const counted = progress && progress.total > 0 ? `${words} ${progress.completed}/${progress.total}` : words
  return progress?.remainingMs == null ? counted : `${counted}, ${formatSeconds(progress.remainingMs / 1_000)} left`
}
