/** The job queue over a library that refuses: what fails is the one step, never the studio's process. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { JobQueue } from '#services/jobs/job-queue.ts'
import type { JobRunner } from '#services/jobs/job-runner.ts'
import { openDatabase, type SqlDatabase } from '#services/storage/database.ts'
import { jobTable, type JobTable, type NewJob } from '#services/storage/job-table.ts'
import { migrate } from '#services/storage/migration.ts'
import { manualClock } from './manual-clock.ts'

let database: SqlDatabase
const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
  database = openDatabase(':memory:')
  migrate(database, ':memory:')
})
afterEach(() => {
  process.off('unhandledRejection', note)
  database.close()
})

function newJob(number: number): NewJob {
  return { jobId: `job_${number}`, projectId: 'project_1', kind: 'generate', label: `Shot ${number}`, shotId: null, request: '{}', createdAt: '2026-11-22T00:00:00.000Z' }
}

/** The table of a disk that can be full: then nothing can be written or read. */
function failing(jobs: JobTable): { readonly jobs: JobTable; setFull(isFull: boolean): void } {
  let isFull = false
  const refuse = (): void => {
    if (isFull) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  }
  return {
    setFull: (full) => { isFull = full },
    jobs: {
      ...jobs,
      get: (jobId) => (refuse(), jobs.get(jobId)),
      next: (kind, projectIds) => (refuse(), jobs.next(kind, projectIds)),
      markRunning: (jobId) => (refuse(), jobs.markRunning(jobId)),
      finish: (jobId, outcome) => (refuse(), jobs.finish(jobId, outcome)),
      requeue: (jobId) => (refuse(), jobs.requeue(jobId)),
    },
  }
}

it('a job that ends while nothing can be recorded takes nobody with it, and the queue goes on when it can', async () => {
  const table = failing(jobTable(database))
  const problems: string[] = []
  const ran: string[] = []
  let end = (): void => undefined
  const generate: JobRunner = {
    isReady: () => true,
    run: ({ jobId }) => {
      ran.push(jobId)
      return new Promise((resolve) => { end = () => resolve({}) })
    },
  }
  const queue = new JobQueue({
    jobs: table.jobs, runners: { generate, export: generate }, clock: manualClock(), log: { write: (_level, message) => problems.push(message) },
    openProjectIds: () => ['project_1'], onUpdated: () => {}, onPreview: () => {}, onProjectIdle: () => {},
  })
  queue.add([newJob(1), newJob(2)])
  table.setFull(true)
  end()
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  expect(problems).toEqual(expect.arrayContaining([expect.stringMatching(/could not be recorded/), expect.stringMatching(/waits in the queue/)]))
  table.setFull(false)
  queue.pump()
  expect(ran).toEqual(['job_1', 'job_2'])
  end()
  await new Promise((resolve) => setImmediate(resolve))
})

it.each<[string, (setFull: (isFull: boolean) => void) => boolean]>([
  ['cannot say whether it left something to go on from', () => { throw new Error('EIO: the drive is gone') }],
  ['cannot be put back into the queue', (setFull) => { setFull(true); return true }],
])('a job whose engine ended and that %s takes nobody with it, and the queue goes on', async (_what, canResume) => {
  const table = failing(jobTable(database))
  const ran: string[] = []
  let end: (error: unknown) => void = () => undefined
  const generate: JobRunner = {
    isReady: () => true, canResume: () => canResume(table.setFull),
    run: ({ jobId }) => {
      ran.push(jobId)
      return new Promise((_resolve, reject) => { end = reject })
    },
  }
  const queue = new JobQueue({
    jobs: table.jobs, runners: { generate, export: generate }, clock: manualClock(), log: { write: () => {} },
    openProjectIds: () => ['project_1'], onUpdated: () => {}, onPreview: () => {}, onProjectIdle: () => {},
  })
  queue.add([newJob(1), newJob(2)])
  end(new StudioError({ code: 'ENGINE_CRASHED', message: 'It ended.', remedy: 'Try again.' }))
  await new Promise((resolve) => setImmediate(resolve))
  table.setFull(false)
  queue.pump()
  expect(unhandled).toEqual([])
  expect(ran).toEqual(['job_1', 'job_2'])
})
