/** How far a run of several generations is: a batch lasts from the first active job until none is left. */
import { useEffect, useState } from 'react'
import { useJobs } from '../../stores/hooks.ts'
import { isSettled } from '../../stores/jobs-store.ts'

export interface Batch {
  readonly done: number
  readonly total: number
  readonly fraction: number
}

export function useBatch(activeIds: readonly string[]): Batch {
  const [members, setMembers] = useState<ReadonlySet<string>>(new Set(activeIds))
  useEffect(() => {
    setMembers((known) => (activeIds.every((id) => known.has(id)) ? known : new Set([...known, ...activeIds])))
  }, [activeIds])
  return useJobs(({ jobs }) => {
    const own = [...members].flatMap((id) => jobs[id] ?? []).filter((job) => job.state !== 'cancelled')
    const done = own.filter(isSettled).length
    const underWay = own.reduce((sum, job) => sum + (isSettled(job) ? 1 : (job.progress?.fraction ?? 0)), 0)
    return { done, total: Math.max(1, own.length), fraction: underWay / Math.max(1, own.length) }
  })
}
