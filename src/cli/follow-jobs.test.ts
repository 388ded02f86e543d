import { expect, it } from 'vitest'
import type { ContractClient } from '#contracts/contract.ts'
import type { Job, StudioContract } from '#contracts/studio-api.ts'
import { CancelledError } from '#core/errors.ts'
import { followJobs } from './follow-jobs.ts'
import { createOutput } from './output.ts'

const JOB: Job = {
  jobId: 'job_1', projectId: 'project_1', kind: 'generate', label: 'Shot 1', shotId: null, state: 'running', stage: 'sampling',
  progress: null, error: null, takeId: null, exportResult: null, createdAt: '2026-11-22T00:00:00.000Z', finishedAt: null,
}

/** A studio with one running job, which ends only by being cancelled. */
function studioWithOneJob(): ContractClient<StudioContract> {
  const listeners = new Set<(job: Job) => void>()
  return {
    call: async (method: string) => {
      if (method === 'job.cancel') for (const listener of listeners) listener({ ...JOB, state: 'cancelled' })
      return method === 'job.list' ? { jobs: [JOB] } : {}
    },
    on: (_event: string, listener: (job: Job) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onClose: () => () => undefined,
    dispose: () => undefined,
  } as unknown as ContractClient<StudioContract>
}

it('cancels jobs that were asked for before Ctrl+C could reach them', async () => {
  const output = createOutput(true, { stdout: { write: () => true }, stderr: { write: () => true } })
  await expect(followJobs(studioWithOneJob(), ['job_1'], output, AbortSignal.abort())).rejects.toBeInstanceOf(CancelledError)
})
