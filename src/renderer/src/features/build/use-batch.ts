/** How far the present run of generations is. */
import { useJobs } from '../../stores/hooks.ts'
import { isSettled } from '../../stores/jobs-store.ts'

export interface Batch {
  readonly done: number
  readonly total: number
  readonly fraction: number
}

export function useBatch(): Batch {
  return useJobs(({ jobs, batch }) => {
    const own = batch.flatMap((id) => jobs[id] ?? []).filter((job) => job.kind === 'generate' && job.state !== 'cancelled')
    const total = Math.max(1, own.length)
    return { done: own.filter(isSettled).length, total, fraction: own.reduce((sum, job) => sum + (isSettled(job) ? 1 : (job.progress?.fraction ?? 0)), 0) / total }
  })
}
