/** Retakes, extensions, bridges and long shots through the studio, made by the real engine in a process of its own. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '#contracts/studio-api.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { COMPILE_CACHE, edit, projectOf, reread, shotIdsOf, workshop, type OpenedStudio, type Workshop } from './studio-harness.ts'

const REAL_ENTRY = fileURLToPath(new URL('../../src/engine/entry/child-process.ts', import.meta.url))
const LIMIT_MS = 120_000

let shop: Workshop
let opened: OpenedStudio
beforeAll(() => {
  shop = workshop()
  opened = shop.open({ engineHost: childProcessHost({ entry: REAL_ENTRY, env: { ...COMPILE_CACHE } }) })
})
afterAll(() => shop.dispose())

interface Film {
  readonly projectId: string
  readonly folder: string
  document(): Promise<ProjectDocument>
  /** Waits for all jobs of an operation; the last one's take. */
  operate(operation: Operation): Promise<{ readonly takes: readonly Take[]; readonly shotId: string }>
}

/** Shots of half a second at 16 a second, generated with tiny-camera (5 to 17 frames at 16 a second). */
async function film(prompts: readonly string[], frames = 8): Promise<Film> {
  const { client, finished } = opened
  const project = await projectOf(client, prompts, { packId: 'tiny-camera', frames })
  const projectId = project.document.project.id
  const document = async () => (await reread(client, project)).document
  const done = async (jobIds: readonly string[]) => {
    const jobs = await Promise.all(jobIds.map(finished))
    expect(jobs.map(({ state, error }) => error?.message ?? state)).toEqual(jobIds.map(() => 'done'))
    return jobs
  }
  await done((await client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })).jobIds)
  return {
    projectId, folder: project.folder, document,
    operate: async (operation) => {
      const { jobIds, shotId } = await client.call('job.operate', { projectId, operation })
      const jobs = await done(jobIds)
      const { takes } = await document()
      return { shotId, takes: jobs.map(({ takeId }) => takes[takeId ?? '']!) }
    },
  }
}

const shotsOf = (document: ProjectDocument): readonly Shot[] => shotIdsOf({ document } as never).map((id) => document.shots[id]!)
const shown = (document: ProjectDocument, shot: Shot): Take => document.takes[shot.selectedTakeId!]!

function latentFrames(folder: string, take: Take): readonly string[] {
  const [, channels = 0, frames = 0, height = 0, width = 0] = take.latents!.shape
  const bytes = readFileSync(join(folder, take.latents!.stored.file))
  const plane = height * width * 4
  return Array.from({ length: frames }, (_, frame) =>
    Buffer.concat(Array.from({ length: channels }, (_channel, channel) => bytes.subarray((channel * frames + frame) * plane, (channel * frames + frame + 1) * plane))).toString('base64'))
}

describe('a retake', () => {
  it('makes whole latent frames of a take anew, says so, and stays as up to date as its parent', { timeout: LIMIT_MS }, async () => {
    const { folder, projectId, document, operate } = await film(['a red car'])
    const [shot] = shotsOf(await document())
    const parent = shown(await document(), shot!)
    const { takes: [take], shotId } = await operate({ kind: 'retake', takeId: parent.id, range: { startFrame: 6, endFrame: 8 }, prompt: 'a blue boat', seed: 5, variations: 1 })
    expect(shotId).toBe(shot!.id)
    expect(take).toMatchObject({
      operation: 'retake', range: { startFrame: 5, endFrame: 9 }, parentTakeId: parent.id, signature: parent.signature, frameCount: parent.frameCount, shotId,
      recipe: { prompt: parent.recipe!.prompt, seed: parent.recipe!.seed, part: { prompt: expect.stringMatching(/blue boat/i), seed: 5 } },
    })
    const [before, after] = [latentFrames(folder, parent), latentFrames(folder, take!)]
    expect(after.map((frame, index) => frame === before[index])).toEqual([true, true, false])
    const now = await document()
    expect(now.shots[shot!.id]).toMatchObject({ selectedTakeId: take!.id, prompt: 'a red car', seed: shot!.seed })
    // Up to date: a build of all stale shots has nothing to do.
    expect(await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })).toEqual({ jobIds: [], skipped: [] })
  })

  it('comes in variations, of which the first is shown', { timeout: LIMIT_MS }, async () => {
    const { document, operate } = await film(['a red car'])
    const [shot] = shotsOf(await document())
    const { takes } = await operate({ kind: 'retake', takeId: shot!.selectedTakeId!, range: { startFrame: 0, endFrame: 1 }, prompt: null, seed: null, variations: 3 })
    expect(new Set(takes.map(({ recipe }) => recipe!.part!.seed)).size).toBe(3)
    expect((await document()).shots[shot!.id]!.selectedTakeId).toBe(takes[0]!.id)
  })

  it('is refused before anything is queued where it cannot be', { timeout: LIMIT_MS }, async () => {
    const { projectId, document } = await film(['a red car'])
    const [shot] = shotsOf(await document())
    const { client } = opened
    const ask = (changes: object) => client.call('job.operate', { projectId, operation: { kind: 'retake', takeId: shot!.selectedTakeId!, range: { startFrame: 0, endFrame: 5 }, prompt: null, seed: null, variations: 1, ...changes } as Operation })
    await expect(ask({ range: { startFrame: 5, endFrame: 5 } })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(ask({ range: { startFrame: 5, endFrame: 10 } })).rejects.toMatchObject({ code: 'INVALID_INPUT', remedy: expect.stringContaining('9') })
    await expect(ask({ takeId: 'tak_gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await edit(client, projectId, 'shot.setLocked', { shotIds: [shot!.id], isLocked: true })
    await expect(ask({})).rejects.toMatchObject({ code: 'SHOT_LOCKED' })
    expect((await client.call('job.list', { projectId })).jobs).toHaveLength(1)
  })

  it.each(['latents', 'video'] as const)('takes nothing over from a parent whose %s changed on the disk', { timeout: LIMIT_MS }, async (which) => {
    const { projectId, folder, document } = await film(['a red car'])
    const parent = shown(await document(), shotsOf(await document())[0]!)
    const file = join(folder, which === 'video' ? parent.video.file : parent.latents!.stored.file)
    const bytes = readFileSync(file)
    bytes[bytes.length - 5]! ^= 1
    writeFileSync(file, bytes)
    const { jobIds } = await opened.client.call('job.operate', { projectId, operation: { kind: 'retake', takeId: parent.id, range: { startFrame: 6, endFrame: 8 }, prompt: null, seed: 1, variations: 1 } })
    expect(await opened.finished(jobIds[0]!)).toMatchObject({ state: 'failed', error: { code: 'MEDIA_CORRUPT', remedy: expect.stringMatching(/generate the shot again/) } })
    expect(Object.keys((await document()).takes)).toHaveLength(1)
  })
})

describe('an extension', () => {
  it('adds whole latent frames at either end; the shot shows what it showed', { timeout: LIMIT_MS }, async () => {
    const { folder, document, operate } = await film(['a red car'])
    const [shot] = shotsOf(await document())
    const parent = shown(await document(), shot!)
    const { takes: [after] } = await operate({ kind: 'extend', takeId: parent.id, side: 'after', frames: 14, prompt: null, seed: 1, variations: 1 })
    expect(after).toMatchObject({ operation: 'extend', frameCount: 25, range: { startFrame: 9, endFrame: 25 }, parentTakeId: parent.id })
    expect(latentFrames(folder, after!).slice(0, 3)).toEqual(latentFrames(folder, parent))
    expect((await document()).shots[shot!.id]).toMatchObject({ selectedTakeId: after!.id, trimStartFrames: 0, durationFrames: 8 })
    const { takes: [before] } = await operate({ kind: 'extend', takeId: after!.id, side: 'before', frames: 8, prompt: null, seed: 1, variations: 1 })
    expect(before).toMatchObject({ frameCount: 33, range: { startFrame: 0, endFrame: 8 }, parentTakeId: after!.id, signature: parent.signature })
    expect(latentFrames(folder, before!).slice(3)).toEqual(latentFrames(folder, after!).slice(1))
    expect((await document()).shots[shot!.id]).toMatchObject({ selectedTakeId: before!.id, trimStartFrames: 8, durationFrames: 8 })
  })
})

describe('a bridge', () => {
  it('is a new shot between two, up to date, and one step to undo', { timeout: LIMIT_MS }, async () => {
    const { projectId, document, operate } = await film(['a red car', 'a blue boat'])
    const [from, to] = shotsOf(await document())
    const { takes: [take], shotId } = await operate({ kind: 'bridge', fromShotId: from!.id, toShotId: to!.id, frames: 10, prompt: 'fog', seed: 3, variations: 1 })
    const shots = shotsOf(await document())
    expect(shots.map(({ id }) => id)).toEqual([from!.id, shotId, to!.id])
    // 13 frames, of which the first and the last are its neighbours' pictures.
    expect(take).toMatchObject({ operation: 'bridge', frameCount: 13, shotId, latents: { shape: [1, 16, 4, 2, 2] }, recipe: { prompt: expect.stringMatching(/fog/i), seed: 3 } })
    expect(shots[1]).toMatchObject({ prompt: 'fog', selectedTakeId: take!.id, trimStartFrames: 1, durationFrames: 11, packId: null })
    expect(await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })).toEqual({ jobIds: [], skipped: [] })
    await opened.client.call('project.undo', { projectId })
    expect(shotsOf(await document()).map(({ id }) => id)).toEqual([from!.id, to!.id])
  })

  it('is refused between shots that do not follow each other or have no take', { timeout: LIMIT_MS }, async () => {
    const { projectId, document } = await film(['a red car', 'a blue boat'])
    const [from, to] = shotsOf(await document())
    const ask = (fromShotId: string, toShotId: string) => opened.client.call('job.operate', { projectId, operation: { kind: 'bridge', fromShotId, toShotId, frames: 10, prompt: '', seed: null, variations: 1 } })
    await expect(ask(to!.id, from!.id)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await edit(opened.client, projectId, 'shot.selectTake', { shotId: to!.id, takeId: null })
    await expect(ask(from!.id, to!.id)).rejects.toMatchObject({ code: 'NOT_READY' })
    expect(shotsOf(await document())).toHaveLength(2)
  })
})

describe('long shots', () => {
  it('are chained into one take that says how its clips look, and continued from several frames', { timeout: LIMIT_MS }, async () => {
    const { projectId, document } = await film(['a red car', 'and on'], 40)
    const [first, second] = shotsOf(await document())
    const take = shown(await document(), first!)
    expect(take).toMatchObject({ frameCount: 41, latents: { shape: [1, 16, 11, 2, 2] } })
    expect(take.segments?.at(0)?.startFrame).toBe(0)
    expect(take.segments?.at(-1)?.endFrame).toBe(41)
    await edit(opened.client, projectId, 'shot.edit', { shotIds: [second!.id], changes: { continuesFrom: first!.id } })
    const { jobIds } = await opened.client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
    expect(await opened.finished(jobIds[0]!)).toMatchObject({ state: 'done' })
    expect(shown(await document(), (await document()).shots[second!.id]!)).toMatchObject({ frameCount: 41, recipe: { continuesFromTakeId: take.id } })
  })
})
