/** Jobs as the studio reports them, the pictures of shots under way, and the state of the engine. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Job } from '#contracts/studio-api.ts'
import type { StudioCaller } from './link.ts'

export type EngineState = { readonly state: 'idle' | 'busy' | 'restarting' | 'down'; readonly message: string | null }

export interface JobsState {
  /** By id; Record order is order of creation. */
  readonly jobs: Readonly<Record<string, Job>>
  /** Path below mediaBaseUrl of the newest step picture, by job. */
  readonly previews: Readonly<Record<string, string>>
  readonly engine: EngineState
  /** Ids of the jobs of the present run: from the first one until none is left. */
  readonly batch: readonly string[]
  /** Failed jobs that a person has put away. */
  readonly dismissed: ReadonlySet<string>
}

export class JobsStore {
  readonly state: StoreApi<JobsState> = createStore<JobsState>(() => ({ jobs: {}, previews: {}, batch: [], engine: { state: 'idle', message: null }, dismissed: new Set() }))
  readonly #caller: StudioCaller
  #projectId: string | null = null

  constructor(caller: StudioCaller, onSettled: (job: Job) => void) {
    this.#caller = caller
    caller.on('job.updated', (job) => {
      const before = this.state.getState().jobs[job.jobId]
      this.state.setState((state) => ({ jobs: { ...state.jobs, [job.jobId]: job }, batch: batchWith(state, job) }))
      if (isSettled(job) && !(before && isSettled(before))) onSettled(job)
    })
    caller.on('job.preview', ({ jobId, url }) => this.state.setState((state) => ({ previews: { ...state.previews, [jobId]: url } })))
    caller.on('engine.state', (engine) => this.state.setState({ engine }))
    caller.onReady(() => void this.load(this.#projectId))
  }

  /** Loads the jobs of a project; nothing of them is lost when the window closes. */
  async load(projectId: string | null): Promise<void> {
    this.#projectId = projectId
    if (projectId === null) return
    const { jobs } = await this.#caller.call('job.list', { projectId }).catch(() => ({ jobs: [] as Job[] }))
    this.state.setState((state) => ({ jobs: { ...state.jobs, ...Object.fromEntries(jobs.map((job) => [job.jobId, job])) } }))
  }

  dismiss(jobId: string): void {
    this.state.setState((state) => ({ dismissed: new Set([...state.dismissed, jobId]) }))
  }
}

/** A job that starts while others run joins them; the first after a pause begins a new batch. */
function batchWith({ jobs, batch }: JobsState, job: Job): readonly string[] {
  if (isSettled(job) || batch.includes(job.jobId)) return batch
  const isGoingOn = batch.some((id) => jobs[id] && isActive(jobs[id]))
  return isGoingOn ? [...batch, job.jobId] : [job.jobId]
}

export function isSettled(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
}

export function isActive(job: Job): boolean {
  return !isSettled(job)
}

/** Jobs of a project that run or wait, the running one first. */
export function activeJobs(state: JobsState, projectId: string | undefined): readonly Job[] {
  const active = Object.values(state.jobs).filter((job) => job.projectId === projectId && isActive(job))
  return active.sort((one, other) => Number(other.state === 'running') - Number(one.state === 'running') || one.createdAt.localeCompare(other.createdAt))
}

/** The job that speaks for a shot: the one under way, else the newest. */
export function jobOfShot(state: JobsState, shotId: string): Job | null {
  let best: Job | null = null
  for (const job of Object.values(state.jobs)) {
    if (job.shotId !== shotId || job.kind !== 'generate') continue
    if (!best || rank(job) > rank(best) || (rank(job) === rank(best) && job.createdAt > best.createdAt)) best = job
  }
  return best
}

const JOB_RANKS = Object.freeze({ running: 2, queued: 1, done: 0, failed: 0, cancelled: 0 })

function rank(job: Job): number {
  return JOB_RANKS[job.state]
}
