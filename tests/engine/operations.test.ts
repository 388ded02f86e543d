/** Retakes, extensions, leads and chains, with a tiny pack through the whole engine: which frames and latents change, and which do not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { EventPayload } from '#contracts/contract.ts'
import type { EngineContract, GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { decodeLatents, toRgb24 } from '#engine/pipelines/vae.ts'
import { copyFrame } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import { packFolder } from './golden.ts'
import { copyPack } from './pack-copy.ts'

const media = createMediaTools()
const { client, engine } = connectEngine()
afterAll(async () => {
  client.dispose()
  media.dispose()
  await engine.dispose()
})

interface Made {
  readonly video: string
  readonly latentsFile: string
  readonly latents: Float32Array
  readonly shape: LatentShape
  readonly result: GenerateResult
}

async function make(changes: Partial<GenerateRequest> = {}): Promise<Made> {
  const request = aRequest({ frameCount: 17, ...changes })
  const result = await client.call('take.generate', request)
  const latentsFile = join(request.outputFolder, 'latents.bin')
  return { video: join(request.outputFolder, 'video.mp4'), latentsFile, result, shape: result.latents.shape as unknown as LatentShape, latents: new Float32Array(new Uint8Array(readFileSync(latentsFile)).buffer) }
}

async function pictures(video: string): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = []
  for await (const frame of media.readVideoFrames(video)) frames.push(frame)
  return frames
}

function latent({ latents, shape }: Made, frame: number): Float32Array {
  const [, channels, , height, width] = shape
  const single = new Float32Array(channels * height * width)
  copyFrame(latents, shape, frame, single, [1, channels, 1, height, width], 0)
  return single
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] as number)), 0) / a.length
}

const nothing = { firstFrame: null, lastFrame: null, parent: null }
const partOf = (parent: Made, startFrame: number, endFrame: number, more: object = {}) =>
  ({ ...nothing, parent: { latentsFile: parent.latentsFile, shape: [...parent.shape], regenerate: { startFrame, endFrame }, videoFile: parent.video, ...more } })

const parent = await make({ seed: 3 })
const parentPictures = await pictures(parent.video)

/** What the video codec changes in the parent's pictures, at its worst frame: the pictures of random weights are hard for it. */
async function codecLoss(): Promise<number> {
  const pack = await createPackVerifier().verify(packFolder('tiny-camera'))
  const decoder = await createOnnxRuntime().createSession(pack.files.vaeDecoder as string, 'cpu')
  const clip = await decodeLatents(decoder, parent.latents, parent.shape, pack.manifest)
  await decoder.dispose()
  return Math.max(...parentPictures.map((picture, frame) => difference(picture, toRgb24(clip, frame))))
}
const loss = await codecLoss()

describe('a retake', () => {
  it('keeps the latents outside its range to the bit and the pictures outside as the parent shows them', async () => {
    const take = await make({ seed: 4, known: partOf(parent, 5, 9) })
    expect([0, 1, 2, 3, 4].map((frame) => latent(take, frame).every((value, index) => value === latent(parent, frame)[index]))).toEqual([true, true, false, true, true])
    const now = await pictures(take.video)
    const changed = now.map((picture, frame) => difference(picture, parentPictures[frame] as Uint8Array))
    const outside = changed.filter((_, frame) => frame < 5 || frame >= 9)
    expect(Math.max(...outside)).toBeLessThan(loss)
    expect(Math.min(...changed.slice(5, 9))).toBeGreaterThan(Math.max(...outside))
  })

  it('of the same words and seed gives the same files', async () => {
    const first = await make({ seed: 4, known: partOf(parent, 5, 9) })
    const second = await make({ seed: 4, known: partOf(parent, 5, 9) })
    expect(second.result.video.sha256).toBe(first.result.video.sha256)
    expect(second.result.latents.stored.sha256).toBe(first.result.latents.stored.sha256)
  })
})

describe('an extension', () => {
  it('behind a take keeps its latents and pictures, beyond what one clip holds', async () => {
    const take = await make({ seed: 5, frameCount: 29, known: partOf(parent, 17, 29) })
    expect(take.result.frameCount).toBe(29)
    expect([0, 1, 2, 3, 4].every((frame) => latent(take, frame).every((value, index) => value === latent(parent, frame)[index]))).toBe(true)
    const now = await pictures(take.video)
    expect(now).toHaveLength(29)
    expect(Math.max(...parentPictures.map((picture, frame) => difference(picture, now[frame] as Uint8Array)))).toBeLessThan(loss)
  })

  it('before a take moves it back, all but its first latent frame', async () => {
    const take = await make({ seed: 6, frameCount: 25, known: partOf(parent, 0, 8, { offsetFrames: 8 }) })
    expect([1, 2, 3, 4].every((frame) => latent(take, frame + 2).every((value, index) => value === latent(parent, frame)[index]))).toBe(true)
    const now = await pictures(take.video)
    expect(now).toHaveLength(25)
    expect(Math.max(...parentPictures.map((picture, frame) => difference(picture, now[frame + 8] as Uint8Array)))).toBeLessThan(loss)
  })
})

describe('frames that lead in and out', () => {
  it('are context: the take begins on the last of the one and ends on the first of the other', async () => {
    const lead = { videoFile: parent.video, startFrame: 8, frameCount: 9 }
    const tail = { videoFile: parent.video, startFrame: 0, frameCount: 5 }
    const take = await make({ seed: 7, frameCount: 5, known: { ...nothing, lead, tail } })
    expect(take.result).toMatchObject({ frameCount: 5, latents: { shape: [1, 16, 2, 2, 4] } })
    const now = await pictures(take.video)
    expect(now).toHaveLength(5)
    expect(difference(now[0]!, parentPictures.at(-1)!)).toBeLessThan(loss)
    expect(difference(now[4]!, parentPictures[0]!)).toBeLessThan(loss)
    const alone = await make({ seed: 7, frameCount: 5, known: { ...nothing, lead } })
    expect(latent(take, 0)).toEqual(latent(alone, 0))
    expect(latent(take, 1)).not.toEqual(latent(alone, 1))
  })

  it('may be more than a clip of the pack has room for: it then starts within them', async () => {
    const packFolder = copyPack('tiny-camera', (manifest) => Object.assign(manifest, { frames: { min: 5, max: 9, rate: { num: 16, den: 1 } } }))
    const take = await make({ packFolder, frameCount: 21, known: { ...nothing, lead: { videoFile: parent.video, startFrame: 8, frameCount: 9 } } })
    expect(take.result.frameCount).toBe(21)
    expect(difference((await pictures(take.video))[0] as Uint8Array, parentPictures[16] as Uint8Array)).toBeLessThan(loss)
  })

  it('are refused where they are no whole latent frames, or where the video is shorter', async () => {
    await expect(make({ known: { ...nothing, lead: { videoFile: parent.video, startFrame: 0, frameCount: 6 } } })).rejects.toMatchObject({ code: 'INVALID_INPUT', remedy: /4k \+ 1/ })
    await expect(make({ known: { ...nothing, lead: { videoFile: parent.video, startFrame: 12, frameCount: 9 } } })).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
  })
})

describe('a take of several clips', () => {
  it('is one file with all frames and latents, its progress counted over all clips, its previews numbered through', async () => {
    const progress: EventPayload<EngineContract, 'job.progress'>[] = []
    const previews: EventPayload<EngineContract, 'job.preview'>[] = []
    const stops = [client.on('job.progress', (value) => progress.push(value)), client.on('job.preview', (value) => previews.push(value))]
    const take = await make({ seed: 8, frameCount: 65 })
    for (const stop of stops) stop()
    expect(take.result).toMatchObject({ frameCount: 65, latents: { shape: [1, 16, 17, 2, 4] } })
    expect(await pictures(take.video)).toHaveLength(65)
    const sampling = progress.filter(({ stage }) => stage === 'sampling')
    // Tiny-camera makes 5 latent frames: 5, then 2 behind 3 known ones, six times.
    expect(new Set(sampling.map(({ total }) => total))).toEqual(new Set([7 * 4]))
    expect(sampling.at(-1)).toMatchObject({ completed: 28 })
    expect(progress.map(({ fraction }) => fraction)).toEqual(progress.map(({ fraction }) => fraction).toSorted((a, b) => a - b))
    expect(previews.length).toBeGreaterThan(0)
    expect(previews.map(({ step, steps }) => step <= steps && steps === 28)).not.toContain(false)
  })

  it('has clips of the one length that a pack makes', async () => {
    const packFolder = copyPack('tiny-camera', (manifest) => Object.assign(manifest, { frames: { min: 17, max: 17, rate: { num: 16, den: 1 } } }))
    const { result } = await make({ packFolder, frameCount: 21 })
    expect(result.segments?.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([[0, 17], [17, 21]])
  })

  it('says how each of its clips looks', async () => {
    const { result } = await make({ seed: 8, frameCount: 33 })
    expect(result.segments?.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([[0, 17], [17, 25], [25, 33]])
    for (const { brightness, contrast, colour, sharpness } of result.segments ?? []) for (const value of [brightness, contrast, colour, sharpness]) expect(value).toBeGreaterThan(0)
    expect(parent.result.segments).toBeUndefined()
  })

  it('can be retaken within: only the clip around the range is made', async () => {
    const long = await make({ seed: 9, frameCount: 65 })
    const steps: number[] = []
    const stop = client.on('job.progress', ({ stage, total }) => stage === 'sampling' && steps.push(total))
    const take = await make({ seed: 10, frameCount: 65, known: partOf(long, 37, 41) })
    stop()
    expect(new Set(steps)).toEqual(new Set([4]))
    const changedLatents = Array.from({ length: 17 }, (_, frame) => frame).filter((frame) => latent(take, frame).some((value, index) => value !== latent(long, frame)[index]))
    expect(changedLatents).toEqual([10])
    const [before, now] = [await pictures(long.video), await pictures(take.video)]
    const changed = now.map((picture, frame) => difference(picture, before[frame] as Uint8Array))
    expect(Math.max(...changed.filter((_, frame) => frame < 37 || frame >= 41))).toBeLessThan(loss)
  })
})
