/** Whole jobs of the Wan variants through the engine against the reference pipelines: the same seed, the same noise, the same latents. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { createEngine } from '#engine/create-engine.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { readLatents } from '#engine/pipelines/known-frames.ts'
import { decodeLatents } from '#engine/pipelines/vae.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import type { ConnectedEngine } from './engine-fixture.ts'
import { packFolder, readGolden, relativeDifference } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

/** The references compute in float32 too: what is left is the order of their sums. */
const RELATIVE_TOLERANCE = 1e-3
const FRAME_TOLERANCE = 1 / 255

interface GoldenVariant {
  readonly about: { readonly seed: number; readonly config: { readonly pack: string; readonly width: number; readonly height: number; readonly frames: number } }
  readonly prompt: string
  readonly finalLatents: GoldenTensor
  readonly frames: GoldenTensor
}

const models = createModelStore(createOnnxRuntime())
afterAll(() => models.clear())
let connected: ConnectedEngine
beforeEach(() => {
  connected = connectEngine()
})
afterEach(async () => {
  connected.client.dispose()
  await connected.engine.dispose()
})

function picture(name: string): string {
  return join(import.meta.dirname, `../fixtures/golden/picture-${name}.png`)
}

function known(first: string | null, last: string | null = null): Partial<GenerateRequest> {
  return { known: { firstFrame: first === null ? null : picture(first), lastFrame: last === null ? null : picture(last), parent: null } }
}

const TRUCK = { camera: { kind: 'preset', preset: 'truck', amount: 0.8, easing: 'linear' }, lensMm: 35, subjectDistanceM: 4 } as const

const VARIANTS: readonly (readonly [claim: string, golden: string, request: () => Partial<GenerateRequest>])[] = [
  ['two experts, each with its guidance', 'variant-two-experts', () => ({})],
  ['four distilled steps from a picture, two experts and 36 channels', 'variant-four-steps-first', () => known('32x16-first')],
  ['four distilled steps between two pictures', 'variant-four-steps-first-last', () => known('32x16-first', '32x16-last')],
  ['a picture that CLIP sees too', 'variant-picture-clip', () => known('64x48-first')],
  ['two pictures that CLIP sees too', 'variant-first-last-clip', () => known('64x48-first', '64x48-last')],
  ['a camera as Pluecker maps and a start picture', 'variant-fun-camera-picture', () => ({ ...TRUCK, ...known('32x16-first') })],
  ['a camera as Pluecker maps and words alone', 'variant-fun-camera-words', () => TRUCK],
  ['three DMD steps with fresh noise', 'variant-dmd-words', () => ({})],
  ['three DMD steps from a known first frame', 'variant-dmd-picture', () => known('64x32-first')],
]

describe('a Wan pack with', () => {
  it.each(VARIANTS)('%s makes the latents and frames of the reference', async (_, name, changes) => {
    const { body, tensor } = readGolden<GoldenVariant>(name)
    const { pack, width, height, frames } = body.about.config
    const request = aRequest({ packFolder: packFolder(pack), prompt: body.prompt, seed: body.about.seed, frameSize: { width, height }, frameCount: frames, ...changes() })
    const latents = await generate(request)
    expect(relativeDifference(latents, tensor(body.finalLatents))).toBeLessThan(RELATIVE_TOLERANCE)
    const verified = await createPackVerifier().verify(request.packFolder)
    const clip = await decodeLatents(await models.acquire(verified, 'vaeDecoder', 'cpu'), latents, body.finalLatents.shape as unknown as LatentShape, verified.manifest)
    const expected = tensor(body.frames)
    const total = clip.data.reduce((sum, value, i) => sum + Math.abs(Math.min(1, Math.max(-1, value)) - (expected[i] as number)), 0)
    expect(total / expected.length / 2).toBeLessThan(FRAME_TOLERANCE)
  })
})

describe('two experts', () => {
  it('are loaded one after the other where the budget holds one', async () => {
    const { manifest: { components } } = await createPackVerifier().verify(packFolder('tiny-a14b'))
    const engine = createEngine({
      inference: createOnnxRuntime(), media: createMediaTools(), clock: { monotonicMs: () => performance.now() }, log: { write: () => {} },
      modelBudgetBytes: components.transformer.bytes + 1,
    })
    try {
      await engine.handlers['take.generate'](aRequest({ packFolder: packFolder('tiny-a14b') }), { signal: new AbortController().signal, emit: () => {} })
      // Text encoder, first expert, second expert, VAE decoder: each takes the place of the one before.
      expect(engine.stats()).toMatchObject({ graphLoads: 4, graphEvictions: 3 })
    } finally {
      await engine.dispose()
    }
  })

  it('keep each its guidance where the pack\'s own scale is asked for by number, and share one that a person chose', async () => {
    const { body, tensor } = readGolden<GoldenVariant>('variant-two-experts')
    const difference = async (guidanceScale: number) => relativeDifference(await generate(aRequest({ packFolder: packFolder('tiny-a14b'), guidanceScale })), tensor(body.finalLatents))
    expect(await difference(4)).toBeLessThan(RELATIVE_TOLERANCE)
    expect(await difference(3)).toBeGreaterThan(RELATIVE_TOLERANCE)
  })
})

describe('a pack that makes pictures move', () => {
  it.each([
    ['tiny-i2v', null, 'a first picture'],
    ['tiny-flf2v', known('64x48-first'), 'a last picture'],
  ] as const)('refuses %s without what it needs before it loads anything', async (pack, changes, missing) => {
    const call = connected.client.call('take.generate', aRequest({ packFolder: packFolder(pack), frameSize: { width: 64, height: 48 }, ...changes }))
    await expect(call).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(missing) })
    expect(connected.engine.stats().graphLoads).toBe(0)
  })
})

async function generate(request: GenerateRequest): Promise<Float32Array> {
  const result: GenerateResult = await connected.client.call('take.generate', request)
  expect(readFileSync(join(request.outputFolder, 'video.mp4')).byteLength).toBe(result.video.bytes)
  return readLatents(join(request.outputFolder, 'latents.bin'), result.latents.shape)
}
