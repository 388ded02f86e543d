/** Jobs whose engine or whose whole studio is killed between steps: the queue takes them up again where they were. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job, ProjectSnapshot } from '#contracts/studio-api.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import type { EngineHost, EngineProcess } from '#services/engine/engine-host.ts'
import { COMPILE_CACHE, edit, projectOf, reread, shotIdsOf, workshop, type OpenedStudio, type Workshop } from '../services/studio-harness.ts'

const ENTRY = fileURLToPath(new URL('../../src/engine/entry/child-process.ts', import.meta.url))
const CHILD = fileURLToPath(new URL('./resume-child.ts', import.meta.url))
const LIMIT_MS = 180_000
/** Enough that a kill falls between the first and the last step on any machine. */
const STEPS = 60

let shop: Workshop
beforeEach(() => {
  shop = workshop()
})
afterEach(() => shop.dispose())

/** The real engine, with a checkpoint after every step, and its processes to kill. */
function killableHost(): EngineHost & { killGenerating(): void } {
  const host = childProcessHost({ entry: ENTRY, env: { ...COMPILE_CACHE, SHOTWRIGHT_CHECKPOINT_MS: '0' } })
  let generating: EngineProcess | null = null
  return {
    start: (options) => {
      const engine = host.start(options)
      if (options.role === 'generate') generating = engine
      return engine
    },
    killGenerating: () => generating?.kill(),
  }
}

/** One shot of 41 frames with tiny-camera: four clips. */
async function longShot({ client }: OpenedStudio): Promise<ProjectSnapshot> {
  const project = await projectOf(client, ['a red car'], { packId: 'tiny-camera', frames: 40, folder: join(shop.folder, 'film') })
  await edit(client, project.document.project.id, 'shot.edit', { shotIds: [...shotIdsOf(project)], changes: { overrides: { steps: STEPS, guidanceScale: 1 } } })
  return reread(client, project)
}

async function madeBy({ client, finished }: OpenedStudio, { document: { project: { id: projectId } } }: ProjectSnapshot): Promise<Job> {
  const { jobIds } = await client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
  return finished(jobIds[0] ?? '')
}

async function hashesOf(opened: OpenedStudio, project: ProjectSnapshot): Promise<readonly string[]> {
  const { takes } = (await reread(opened.client, project)).document
  return Object.values(takes).map(({ video, latents }) => `${video.sha256} ${latents?.stored.sha256}`)
}

const checkpointsIn = ({ folder }: ProjectSnapshot): readonly string[] => readdirSync(join(folder, 'takes')).filter((name) => name.startsWith('.checkpoint'))

async function uninterrupted(): Promise<readonly string[]> {
  const other = workshop()
  try {
    const opened = other.open({ engineHost: killableHost() })
    const project = await projectOf(opened.client, ['a red car'], { packId: 'tiny-camera', frames: 40 })
    await edit(opened.client, project.document.project.id, 'shot.edit', { shotIds: [...shotIdsOf(project)], changes: { overrides: { steps: STEPS, guidanceScale: 1 } } })
    expect(await madeBy(opened, project)).toMatchObject({ state: 'done' })
    return await hashesOf(opened, project)
  } finally {
    await other.dispose()
  }
}

describe('a job whose engine is killed between steps', () => {
  it('is begun again from its checkpoint by the queue, ends the same to the bit, and leaves no checkpoint', { timeout: LIMIT_MS }, async () => {
    const host = killableHost()
    const opened = shop.open({ engineHost: host })
    const project = await longShot(opened)
    const seen: number[] = []
    let isKilled = false
    opened.client.on('job.updated', ({ progress }) => {
      if (progress?.stage !== 'sampling') return
      if (isKilled) seen.push(progress.completed)
      else if (progress.completed > STEPS * 1.3) {
        isKilled = true
        host.killGenerating()
      }
    })
    expect(await madeBy(opened, project)).toMatchObject({ state: 'done', error: null })
    expect(isKilled).toBe(true)
    // The clip that was finished is counted at once: nothing that was told after the kill is of its steps.
    expect(Math.max(...seen)).toBeGreaterThan(STEPS * 2)
    expect(seen.filter((completed) => completed > 0 && completed < STEPS)).toEqual([])
    expect(checkpointsIn(project)).toEqual([])
    expect(await hashesOf(opened, project)).toEqual(await uninterrupted())
  })

  it('leaves no checkpoint where it is cancelled', { timeout: LIMIT_MS }, async () => {
    const opened = shop.open({ engineHost: killableHost() })
    const project = await longShot(opened)
    const projectId = project.document.project.id
    const { jobIds } = await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
    await new Promise<void>((resolve) => {
      opened.client.on('job.updated', ({ progress }) => {
        if (progress?.stage === 'sampling' && progress.completed > STEPS * 1.2) resolve()
      })
    })
    expect(checkpointsIn(project).length).toBeGreaterThan(0)
    await opened.client.call('job.cancel', { jobId: jobIds[0] ?? '' })
    expect(await opened.finished(jobIds[0] ?? '')).toMatchObject({ state: 'cancelled' })
    expect(checkpointsIn(project)).toEqual([])
  })
})

describe('a studio that is killed between steps', () => {
  it('goes on with the job at its next start, where it was', { timeout: LIMIT_MS }, async () => {
    const first = shop.open({ engineHost: killableHost() })
    const project = await longShot(first)
    await first.studio.dispose()
    const child = spawn(process.execPath, [CHILD, shop.dataFolder, project.folder], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...COMPILE_CACHE } })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    for await (const line of createInterface({ input: child.stdout })) if (Number(line.split(' ')[1]) > STEPS * 1.3) child.kill('SIGKILL')
    await ended
    expect(checkpointsIn(project).length).toBeGreaterThan(0)
    const second = shop.open({ engineHost: killableHost() })
    const seen: number[] = []
    second.client.on('job.updated', ({ progress }) => {
      if (progress?.stage === 'sampling') seen.push(progress.completed)
    })
    await second.client.call('project.open', { projectId: null, folder: project.folder })
    const { jobs: [job] } = await second.client.call('job.list', { projectId: project.document.project.id })
    expect(await second.finished(job?.jobId ?? '')).toMatchObject({ state: 'done' })
    expect(seen.filter((completed) => completed > 0 && completed < STEPS)).toEqual([])
    expect(checkpointsIn(project)).toEqual([])
    expect(await hashesOf(second, project)).toEqual(await uninterrupted())
  })
})
