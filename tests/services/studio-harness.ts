/** Opens real studios on temporary folders, with the fake engine as a child process or in this one. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { createServer } from '#contracts/server.ts'
import { STUDIO_CONTRACT, type Job, type ProjectSnapshot, type StudioContract } from '#contracts/studio-api.ts'
import { systemClock } from '#services/clock.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import type { EngineHost } from '#services/engine/engine-host.ts'
import { silentLog } from '#services/log.ts'
import { openStudio, type Studio, type StudioOptions } from '#services/studio.ts'
import { fakeEngineHandlers, gateFile, type EngineFault, type FakeEngineOptions } from './fake-engine.ts'

export const FIXTURE_PACKS = fileURLToPath(new URL('../fixtures/packs', import.meta.url))
const ENGINE_CHILD = fileURLToPath(new URL('./fake-engine-child.ts', import.meta.url))

/** Environment in which processes share what was compiled: starting one is most of what such a test costs. */
export const COMPILE_CACHE = Object.freeze({ NODE_COMPILE_CACHE: join(tmpdir(), 'shotwright-test-compile-cache') })

export interface Workshop {
  readonly folder: string
  readonly dataFolder: string
  /** What the fake engine of every host below is to do wrong; gates among them are closed. */
  setFaults(faults: readonly EngineFault[]): void
  openGate(match: EngineFault['match']): void
  /** The fake engine as processes of its own, for tests in which one has to die. */
  childHost(stepMs?: number): EngineHost
  /** The fake engine in this process. */
  localHost(stepMs?: number): EngineHost
  open(options?: Partial<StudioOptions>): OpenedStudio
  dispose(): Promise<void>
}

export interface OpenedStudio {
  readonly studio: Studio
  readonly client: ContractClient<StudioContract>
  /** Waits until a job has ended and returns it. */
  finished(jobId: string): Promise<Job>
}

/** A temporary folder with studios in it; dispose closes and removes all of them. */
export function workshop(): Workshop {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotwright-studio-')))
  const dataFolder = join(folder, 'data')
  const faultsFile = join(folder, 'faults.json')
  const opened: OpenedStudio[] = []
  return {
    folder, dataFolder,
    setFaults: (faults) => {
      for (const { mode, match } of faults) if (mode === 'gate') writeFileSync(gateFile(faultsFile, match), '')
      writeFileSync(faultsFile, JSON.stringify(faults))
    },
    openGate: (match) => rmSync(gateFile(faultsFile, match)),
    childHost: (stepMs = 0) => childProcessHost({ entry: ENGINE_CHILD, env: { ...COMPILE_CACHE, FAKE_ENGINE_FAULTS: faultsFile, FAKE_ENGINE_STEP_MS: String(stepMs) } }),
    localHost: (stepMs = 0) => localEngineHost({ faultsFile, stepMs }),
    open: (options = {}) => {
      const studio = openStudio({
        dataFolder, packFolders: [FIXTURE_PACKS], embeddedPackFolder: join(folder, 'none'), engineHost: localEngineHost({ faultsFile }), clock: systemClock(), log: silentLog, version: '0.0.0-test', idleSaveMs: 60_000, ...options,
      })
      const [own, other] = memoryTransportPair()
      studio.serve(other)
      const client = createClient(STUDIO_CONTRACT, own)
      const result = { studio, client, finished: (jobId: string) => finishedJob(client, jobId) }
      opened.push(result)
      return result
    },
    dispose: async () => {
      for (const { studio, client } of opened) {
        client.dispose()
        await studio.dispose()
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An engine host without processes: what it starts lives here, and dies by closing its transport. */
export function localEngineHost(options: FakeEngineOptions): EngineHost {
  return {
    start: () => {
      const [own, other] = memoryTransportPair()
      createServer(ENGINE_CONTRACT, fakeEngineHandlers(options), other)
      const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
        other.onClose(() => resolve({ code: 0, signal: null }))
      })
      return { transport: own, pid: process.pid, exited, kill: () => other.close() }
    },
  }
}

async function finishedJob(client: ContractClient<StudioContract>, jobId: string): Promise<Job> {
  return new Promise((resolve, reject) => {
    const stop = client.on('job.updated', (job) => {
      if (job.jobId === jobId) settle(job)
    })
    function settle(job: Job): void {
      if (job.state === 'queued' || job.state === 'running') return
      stop()
      resolve(job)
    }
    client.call('job.list', { projectId: null }).then(({ jobs }) => {
      const job = jobs.find((candidate) => candidate.jobId === jobId)
      if (job) settle(job)
    }, reject)
  })
}

/** A project of short shots with the tiny pack: `prompts.length` shots of `frames` frames at 16 a second. */
export async function projectOf(client: ContractClient<StudioContract>, prompts: readonly string[], { packId = 'tiny-wan', frames = 8, folder = null as string | null } = {}): Promise<ProjectSnapshot> {
  const created = await client.call('project.create', { title: 'A film', frameSize: { width: 32, height: 32 }, frameRate: { num: 16, den: 1 }, script: null, folder })
  const projectId = created.document.project.id
  const sequenceId = created.document.project.sequenceIds[0]
  await edit(client, projectId, 'project.edit', { packId })
  for (const [index, prompt] of prompts.entries()) {
    await edit(client, projectId, 'shot.add', { sequenceId, index, prompt, durationFrames: frames, seed: 100 + index })
  }
  return client.call('project.open', { projectId, folder: null })
}

/** Applies one edit and returns its revision; a refusal fails the test. */
export async function edit(client: ContractClient<StudioContract>, projectId: string, type: string, payload: unknown): Promise<number> {
  const result = await client.call('project.dispatch', { projectId, command: { type, payload }, coalesceKey: null })
  if (!result.ok) throw new Error(`${type} was refused: ${result.message}`)
  return result.revision
}

export function shotIdsOf(snapshot: ProjectSnapshot): readonly string[] {
  const sequenceId = snapshot.document.project.sequenceIds[0]
  return sequenceId ? (snapshot.document.sequences[sequenceId]?.shotIds ?? []) : []
}

export async function reread(client: ContractClient<StudioContract>, snapshot: ProjectSnapshot): Promise<ProjectSnapshot> {
  return client.call('project.open', { projectId: snapshot.document.project.id, folder: null })
}
