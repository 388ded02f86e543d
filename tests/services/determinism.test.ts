/** Same project, same seed, same stack: the same frames, whichever process makes them. */
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { followJobs } from '#cli/follow-jobs.ts'
import { createOutput } from '#cli/output.ts'
import { openStudioClient } from '#cli/studio-client.ts'
import { DEVICE_SETTING } from '#core/devices/device-setting.ts'
import type { Take } from '#core/document/schema.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'

const ROOT = mkdtempSync(join(tmpdir(), 'shotwright-determinism-'))
afterAll(() => rmSync(ROOT, { recursive: true, force: true }))

const SCRIPT = 'Close-up: a red car on a beach at sunset, pan left. (2s)\n\nWide shot: a white robot in a snow field, dolly in. (2s)'
/** Two steps are enough to differ by, and few enough to wait for. */
const STEPS = 2

interface Made {
  readonly frames: readonly string[]
  readonly latents: string | undefined
  readonly recipe: Take['recipe']
}

/** The project, as it was written once. */
async function writeProject(): Promise<string> {
  const folder = join(ROOT, 'original')
  const studio = openStudioClient(join(ROOT, 'data-original'))
  try {
    const { document } = await studio.client.call('project.create', { title: 'Twice', frameSize: { width: 1920, height: 1080 }, frameRate: { num: 24, den: 1 }, script: SCRIPT, folder })
    const projectId = document.project.id
    const shotIds = Object.keys(document.shots)
    const command = { type: 'shot.edit', payload: { shotIds, changes: { seed: 42, overrides: { steps: STEPS, guidanceScale: null } } } }
    const edit = await studio.client.call('project.dispatch', { projectId, command, coalesceKey: null })
    if (!edit.ok) throw new Error(edit.message)
    await studio.client.call('project.save', { projectId })
    return folder
  } finally {
    await studio.dispose()
  }
}

/** A studio of its own, so an engine process of its own, makes the first shots of a copy of the project. */
async function makeIn(name: string, original: string, count: number, seed = 42): Promise<readonly Made[]> {
  const folder = join(ROOT, name)
  cpSync(original, folder, { recursive: true })
  const studio = openStudioClient(join(ROOT, `data-${name}`))
  const { client } = studio
  try {
    await client.call('settings.set', { key: DEVICE_SETTING, value: 'cpu' })
    const { document } = await client.call('project.open', { projectId: null, folder })
    const projectId = document.project.id
    const shotIds = Object.keys(document.shots).slice(0, count)
    if (seed !== 42) await client.call('project.dispatch', { projectId, command: { type: 'shot.edit', payload: { shotIds, changes: { seed } } }, coalesceKey: null })
    await client.call('pack.list', {})
    const { jobIds } = await client.call('job.generate', { projectId, shotIds, variations: 1, newSeeds: false })
    await followJobs(client, jobIds, createOutput(true, process), new AbortController().signal)
    const made = (await client.call('project.open', { projectId, folder: null })).document
    return await Promise.all(shotIds.map(async (shotId) => {
      const take = Object.values(made.takes).find((candidate) => candidate.shotId === shotId) as Take
      return { frames: await frameHashes(join(folder, 'takes', take.id, 'video.mp4')), latents: take.latents?.stored.sha256, recipe: take.recipe }
    }))
  } finally {
    await studio.dispose()
  }
}

async function frameHashes(video: string): Promise<readonly string[]> {
  const hashes: string[] = []
  for await (const frame of createMediaTools().readVideoFrames(video)) hashes.push(createHash('sha256').update(frame).digest('hex'))
  return hashes
}

describe('the same project made twice', () => {
  it('has the same frames and latents from two engine processes, and recipes that name the stack', async () => {
    const original = await writeProject()
    const first = await makeIn('first', original, 2)
    const second = await makeIn('second', original, 2)
    expect(first).toHaveLength(2)
    for (const { frames } of first) expect(frames.length).toBeGreaterThanOrEqual(16)
    expect(second.map(({ frames }) => frames)).toEqual(first.map(({ frames }) => frames))
    expect(second.map(({ latents }) => latents)).toEqual(first.map(({ latents }) => latents))
    const stack = (made: readonly Made[]) => made.map(({ recipe }) => recipe && { provider: recipe.provider, software: recipe.software, packDigest: recipe.packDigest, solver: recipe.solver, seed: recipe.seed, steps: recipe.steps })
    expect(stack(second)).toEqual(stack(first))
    expect(stack(first)[0]).toMatchObject({
      provider: 'cpu', seed: 42, steps: STEPS, packDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      software: { shotwright: expect.stringMatching(/^\d+\.\d+\.\d+/), onnxruntime: expect.stringMatching(/^\d+\.\d+/), platform: expect.stringContaining(process.arch) },
    })
    const other = await makeIn('other', original, 1, 43)
    expect(other[0]?.frames).not.toEqual(first[0]?.frames)
  }, 240_000)
})
