/** The persistent job queue's rows: a job is in exactly one state, and the order of queueing never changes. */
import type { Job } from '#contracts/studio-api.ts'
import type { ExportResult } from '#contracts/engine-api.ts'
import type { WireError } from '#contracts/transport.ts'
import type { Row, SqlDatabase } from './database.ts'

export type JobKind = Job['kind']
export type JobState = Job['state']

export interface JobRow {
  readonly jobOrder: number
  readonly jobId: string
  readonly projectId: string
  readonly kind: JobKind
  readonly label: string
  readonly shotId: string | null
  readonly state: JobState
  /** JSON of what was asked; its reader is the kind's runner. */
  readonly request: string
  /** How often it was begun. */
  readonly attempts: number
  readonly error: WireError | null
  readonly takeId: string | null
  readonly exportResult: ExportResult | null
  readonly createdAt: string
  readonly finishedAt: string | null
}

export type NewJob = Pick<JobRow, 'jobId' | 'projectId' | 'kind' | 'label' | 'shotId' | 'request' | 'createdAt'>

export interface JobOutcome {
  readonly state: 'done' | 'failed' | 'cancelled'
  readonly error?: WireError
  readonly takeId?: string
  readonly exportResult?: ExportResult
  readonly finishedAt: string
}

export interface JobTable {
  /** Adds jobs in this order, all or none. */
  add(jobs: readonly NewJob[]): void
  get(jobId: string): JobRow | null
  /** Newest first: all that wait or run, then the most recent finished ones. */
  list(projectId: string | null): readonly JobRow[]
  /** The first queued job of a kind among these projects. */
  next(kind: JobKind, projectIds: readonly string[]): JobRow | null
  /** False where the job is not queued any more. */
  markRunning(jobId: string): boolean
  /** Back to the queue after the program ended in the middle of it. */
  requeue(jobId: string): void
  /** Back to the queue because the studio closes: that was no attempt. */
  release(jobId: string): void
  /** Only a queued or running job can finish; false where it had finished before. */
  finish(jobId: string, outcome: JobOutcome): boolean
  /** What waits or runs, in its order. */
  unfinished(projectId: string | null): readonly JobRow[]
}

const LIST_LIMIT = 200

export function jobTable(database: SqlDatabase): JobTable {
  return {
    add: (jobs) => {
      database.transaction(() => {
        for (const job of jobs) {
          database.run(
            `INSERT INTO jobs (job_id, project_id, kind, label, shot_id, state, request, created_at)
             VALUES (:jobId, :projectId, :kind, :label, :shotId, 'queued', :request, :createdAt)`,
            { ...job },
          )
        }
      })
    },
    get: (jobId) => readOptional(database.get('SELECT * FROM jobs WHERE job_id = :jobId', { jobId })),
    list: (projectId) => [...unfinishedJobs(database, projectId), ...finishedJobs(database, projectId)].toSorted((left, right) => right.jobOrder - left.jobOrder),
    unfinished: (projectId) => unfinishedJobs(database, projectId),
    next: (kind, projectIds) => readOptional(database.get(
      `SELECT * FROM jobs WHERE state = 'queued' AND kind = :kind AND project_id IN (SELECT value FROM json_each(:projectIds)) ORDER BY job_order LIMIT 1`,
      { kind, projectIds: JSON.stringify(projectIds) },
    )),
    markRunning: (jobId) => database.run(`UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE job_id = :jobId AND state = 'queued'`, { jobId }) === 1,
    requeue: (jobId) => {
      database.run(`UPDATE jobs SET state = 'queued' WHERE job_id = :jobId AND state = 'running'`, { jobId })
    },
    release: (jobId) => {
      database.run(`UPDATE jobs SET state = 'queued', attempts = attempts - 1 WHERE job_id = :jobId AND state = 'running'`, { jobId })
    },
    finish: (jobId, { state, error, takeId, exportResult, finishedAt }) =>
      database.run(
        `UPDATE jobs SET state = :state, error = :error, take_id = :takeId, export_result = :exportResult, finished_at = :finishedAt
         WHERE job_id = :jobId AND state IN ('queued', 'running')`,
        {
          jobId, state, finishedAt,
          error: error ? JSON.stringify(error) : null,
          takeId: takeId ?? null,
          exportResult: exportResult ? JSON.stringify(exportResult) : null,
        },
      ) === 1,
  }
}

const UNFINISHED = `state IN ('queued', 'running')`
const FINISHED = `state IN ('done', 'failed', 'cancelled')`

/** Few rows: what waits or runs. */
function unfinishedJobs(database: SqlDatabase, projectId: string | null): readonly JobRow[] {
  const rows = database.all(`SELECT * FROM jobs INDEXED BY jobs_unfinished WHERE ${UNFINISHED} ORDER BY job_order`).map(readRow)
  return projectId === null ? rows : rows.filter((row) => row.projectId === projectId)
}

function finishedJobs(database: SqlDatabase, projectId: string | null): readonly JobRow[] {
  const rows = projectId === null
    ? database.all(`SELECT * FROM jobs INDEXED BY jobs_finished WHERE ${FINISHED} ORDER BY job_order DESC LIMIT ${LIST_LIMIT}`)
    : database.all(`SELECT * FROM jobs INDEXED BY jobs_by_project WHERE project_id = :projectId AND ${FINISHED} ORDER BY job_order DESC LIMIT ${LIST_LIMIT}`, { projectId })
  return rows.map(readRow)
}

function readOptional(row: Row | undefined): JobRow | null {
  return row ? readRow(row) : null
}

function readRow(row: Row): JobRow {
  return {
    jobOrder: Number(row['job_order']),
    jobId: String(row['job_id']),
    projectId: String(row['project_id']),
    kind: row['kind'] as JobKind,
    label: String(row['label']),
    shotId: row['shot_id'] as string | null,
    state: row['state'] as JobState,
    request: String(row['request']),
    attempts: Number(row['attempts']),
    error: readJson<WireError>(row['error']),
    takeId: row['take_id'] as string | null,
    exportResult: readJson<ExportResult>(row['export_result']),
    createdAt: String(row['created_at']),
    finishedAt: row['finished_at'] as string | null,
  }
}

function readJson<Value>(text: unknown): Value | null {
  return typeof text === 'string' ? (JSON.parse(text) as Value) : null
}
