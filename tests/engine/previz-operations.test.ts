/** Operations with the embedded pack's own weights, whatever they are: what is kept stays, and no join shows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { decodeLatents, toRgb24 } from '#engine/pipelines/vae.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'

const FOLDER = join(import.meta.dirname, '../../models/packs/previz')
const SIZE = { width: 96, height: 160 }
/** Enough for the picture to settle; the pack's own number would take four times as long. */
const STEPS = 5
const LIMIT_MS = 240_000
/** How much larger than the largest change between two frames of the parent the change at a join may be. */
const JOIN = 1.3

const media = createMediaTools()
const { client, engine } = connectEngine()
afterAll(async () => {
  client.dispose()
  media.dispose()
  await engine.dispose()
})

interface Made {
  readonly folder: string
  readonly result: GenerateResult
  readonly pictures: readonly Uint8Array[]
}

async function make(changes: Partial<GenerateRequest>): Promise<Made> {
  const request = aRequest({
    packFolder: FOLDER, prompt: 'medium shot, a red car in a field at day, clear sky', frameSize: SIZE, frameCount: 25, steps: STEPS,
    camera: { kind: 'preset', preset: 'pan', amount: 10, easing: 'linear' }, ...changes,
  })
  const result = await client.call('take.generate', request)
  const pictures: Uint8Array[] = []
  for await (const picture of media.readVideoFrames(join(request.outputFolder, 'video.mp4'))) pictures.push(picture)
  return { folder: request.outputFolder, result, pictures }
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] as number)), 0) / a.length
}

/** Change from each frame to the next; entry f is that of frame f from frame f - 1. */
function changes({ pictures }: Made): readonly number[] {
  return pictures.map((picture, frame) => (frame === 0 ? 0 : difference(picture, pictures[frame - 1] as Uint8Array)))
}

/** What the video codec changed in each frame of a take. */
async function codecLoss({ folder, result, pictures }: Made): Promise<readonly number[]> {
  const pack = await createPackVerifier().verify(FOLDER)
  const decoder = await createOnnxRuntime().createSession(pack.files.vaeDecoder as string, 'cpu')
  const latents = new Float32Array(new Uint8Array(readFileSync(join(folder, 'latents.bin'))).buffer)
  const clip = await decodeLatents(decoder, latents, result.latents.shape as unknown as Parameters<typeof decodeLatents>[2], pack.manifest)
  await decoder.dispose()
  return pictures.map((picture, frame) => difference(picture, toRgb24(clip, frame)))
}

const partOf = ({ folder, result }: Made, startFrame: number, endFrame: number, more: object = {}): GenerateRequest['known'] => ({
  firstFrame: null, lastFrame: null,
  parent: { latentsFile: join(folder, 'latents.bin'), shape: [...result.latents.shape], videoFile: join(folder, 'video.mp4'), regenerate: { startFrame, endFrame }, ...more },
})

let parent: Made
let largest: number
beforeAll(async () => {
  parent = await make({ seed: 3 })
  largest = Math.max(...changes(parent))
}, LIMIT_MS)

describe('with the embedded pack', () => {
  it('a retake changes each frame outside its range by less than the video codec did, and its joins show no jump', { timeout: LIMIT_MS }, async () => {
    const loss = await codecLoss(parent)
    const take = await make({ seed: 14, known: partOf(parent, 9, 17) })
    const changed = take.pictures.map((picture, frame) => difference(picture, parent.pictures[frame] as Uint8Array))
    const outside = changed.map((_, frame) => frame).filter((frame) => frame < 9 || frame >= 17)
    for (const frame of outside) expect(changed[frame], `frame ${frame}`).toBeLessThan(loss[frame] as number)
    expect(Math.max(...changed.slice(9, 17))).toBeGreaterThan(Math.max(...loss))
    const now = changes(take)
    expect(Math.max(now[9] as number, now[17] as number)).toBeLessThan(largest * JOIN)
  })

  it('an extension joins at either end without a jump', { timeout: LIMIT_MS }, async () => {
    const after = changes(await make({ seed: 15, frameCount: 37, known: partOf(parent, 25, 37) }))
    const before = changes(await make({ seed: 16, frameCount: 37, known: partOf(parent, 0, 12, { offsetFrames: 12 }) }))
    expect(Math.max(after[25] as number, before[12] as number, before[13] as number)).toBeLessThan(largest * JOIN)
  })

  it('a shot longer than a clip shows no jump where its clips meet', { timeout: LIMIT_MS }, async () => {
    const long = await make({ seed: 17, frameCount: 81 })
    const [, second, ...more] = long.result.segments ?? []
    expect(more).toEqual([])
    const start = second?.startFrame ?? 0
    const now = changes(long)
    // The four frames before are made by both clips: the pictures of one fade into those of the other.
    const seam = now.slice(start - 8, start + 4)
    const within = now.filter((_, frame) => frame > 0 && (frame < start - 8 || frame >= start + 4))
    expect(Math.max(...seam), now.map((change) => change.toFixed(1)).join(' ')).toBeLessThan(Math.max(...within) * JOIN)
  })

  it('the same request gives the same pictures', { timeout: LIMIT_MS }, async () => {
    const again = await make({ seed: 3 })
    expect(again.result.video.sha256).toBe(parent.result.video.sha256)
    expect(again.result.latents.stored.sha256).toBe(parent.result.latents.stored.sha256)
  })
})
