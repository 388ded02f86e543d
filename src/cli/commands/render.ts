/** `shotwright render`: generates the shots that are stale, or the ones that are asked for. */
import type { TakeId } from '#core/document/ids.ts'
import { describeDrift } from '../describe-drift.ts'
import { formatSeconds } from '../output.ts'
import { followJobs } from '../follow-jobs.ts'
import { openProject, shotsByNumber, type CommandContext } from '../command-context.ts'

export interface RenderOptions {
  readonly shots?: string
  readonly variations: string
  readonly newSeeds?: boolean
}

export async function render(context: CommandContext, folder: string, options: RenderOptions): Promise<void> {
  const snapshot = await openProject(context, folder)
  const projectId = snapshot.document.project.id
  const startedAt = performance.now()
  const { jobIds, skipped } = await context.client.call('job.generate', {
    projectId, shotIds: mutable(shotsByNumber(snapshot.document, options.shots)), variations: Number(options.variations), newSeeds: options.newSeeds ?? false,
  })
  // A run that was killed leaves its jobs in the queue: they are gone on with, and nobody asks for them a second time.
  const interrupted = options.shots === undefined ? await waitingJobs(context, projectId, jobIds) : []
  const jobs = await followJobs(context.client, [...interrupted, ...jobIds], context.output, context.signal)
  await context.client.call('project.save', { projectId })
  const seconds = (performance.now() - startedAt) / 1_000
  context.output.line(jobs.length === 0 ? 'Every shot is up to date: nothing to render.' : `Rendered ${jobs.length} ${jobs.length === 1 ? 'take' : 'takes'} in ${formatSeconds(seconds)}.`)
  const { document } = await openProject(context, folder)
  for (const { takeId, label } of jobs) {
    const drift = describeDrift(document.takes[takeId as TakeId] ?? {})
    if (drift !== '') context.output.line(`${label}:${drift}`)
  }
  const leftOut = interrupted.length > 0 ? skipped.filter(({ reason }) => reason !== 'queued') : skipped
  for (const skip of leftOut) if (skip.reason !== 'up-to-date') context.output.line(`Left out ${skip.shotId}: ${skip.reason}`)
  context.output.result({ takes: jobs.map((job) => ({ shotId: job.shotId, takeId: job.takeId })), skipped: leftOut, seconds })
}

/** Generations of the project that wait or run besides the new ones, in their order. */
async function waitingJobs(context: CommandContext, projectId: string, newJobIds: readonly string[]): Promise<readonly string[]> {
  const { jobs } = await context.client.call('job.list', { projectId })
  const waiting = jobs.filter(({ jobId, kind, state }) => kind === 'generate' && (state === 'queued' || state === 'running') && !newJobIds.includes(jobId))
  return waiting.map(({ jobId }) => jobId).toReversed()
}

function mutable(ids: readonly string[] | null): string[] | null {
  return ids === null ? null : [...ids]
}
