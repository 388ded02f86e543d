/** Whole generations through the real graphs against the reference pipelines of diffusers. */
import { afterAll, describe, expect, it } from 'vitest'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import type { Tensor } from '#engine/inference/inference-port.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import type { VerifiedPack } from '#engine/packs/verify-pack.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { normaliseLatents } from '#engine/pipelines/normalisation.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { encodeStill } from '#engine/pipelines/vae.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { timestepTensor } from '#engine/sampling/timestep-tensor.ts'
import { runGeneration } from '../../scripts/parity/compare-generation.ts'
import type { GoldenGeneration } from '../../scripts/parity/compare-generation.ts'
import { createEngineUnderTest } from '../../scripts/parity/engine-under-test.ts'
import { GOLDEN_FOLDER } from '../../scripts/parity/golden-file.ts'
import { largestDifference, packFolder, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

/** Ten times what the fixtures' author measured between onnxruntime and torch is comfortable; float32 sigmas differ by a little more. */
const TOLERANCE = 5e-4

const models = createModelStore(createOnnxRuntime())
const verifier = createPackVerifier()
const engine = createEngineUnderTest()
afterAll(async () => {
  await models.clear()
  await engine.dispose()
})

type GoldenWan = GoldenGeneration & {
  readonly positive: GoldenTensor
  readonly negative: GoldenTensor
  readonly image?: GoldenTensor
  readonly noise: GoldenTensor
  readonly steps: readonly { readonly timestep: { readonly values: readonly number[] }; readonly velocity: GoldenTensor; readonly latents: GoldenTensor }[]
}

async function openPack(name: string): Promise<VerifiedPack> {
  return verifier.verify(packFolder(name))
}

function toTensor(data: Float32Array, dims: readonly number[]): Tensor {
  return { type: 'float32', data, dims }
}

describe.each(['generate-unipc', 'generate-flow-match-euler', 'generate-first-frame', 'generate-camera'])('%s', (name) => {
  const { body: golden, tensor } = readGolden<GoldenWan>(name)
  const { config } = golden.about
  const shape = golden.noise.shape as unknown as LatentShape

  it('encodes its prompts to the reference embeddings', async () => {
    const pack = await openPack(config.pack)
    const text = createTextEncoding(null)
    const encode = (prompt: string) => text.encode(pack, prompt, () => models.acquire(pack, 'textEncoder', 'cpu'))
    expect(largestDifference((await encode(golden.prompt)).embedding.data as Float32Array, tensor(golden.positive))).toBeLessThan(TOLERANCE)
    expect(largestDifference((await encode(golden.negativePrompt)).embedding.data as Float32Array, tensor(golden.negative))).toBeLessThan(TOLERANCE)
  })

  it('samples to the reference latents, tells the reference times and decodes to the reference frames', async () => {
    const { manifest: { latent, schedule } } = await openPack(config.pack)
    const { latents, frames, frameTimesteps } = await runGeneration({ body: golden, tensor }, name, engine, GOLDEN_FOLDER)
    expect(largestDifference(latents, tensor(golden.finalLatents))).toBeLessThan(TOLERANCE)
    const told = frameTimesteps.map((values) => Array.from(timestepTensor(values, shape, latent.patch, schedule).data, Number))
    expect(told.map((values, step) => largestDifference(values, golden.steps[step]?.timestep.values ?? []))).toEqual(golden.steps.map(() => expect.closeTo(0, 3)))
    expect(largestDifference(frames.map((value) => Math.min(1, Math.max(-1, value))), tensor(golden.frames))).toBeLessThan(TOLERANCE)
  })
})

describe('picture conditioning', () => {
  it('encodes a still as the reference encodes the picture alone', async () => {
    const { body, tensor } = readGolden<GoldenWan>('generate-first-frame')
    const pack = await openPack('tiny-ti2v')
    const [, , height, width] = (body.image as GoldenTensor).shape as [number, number, number, number]
    const image = tensor(body.image as GoldenTensor)
    // The pipeline takes 8-bit pictures; the golden image is continuous, so it is compared after the same rounding.
    const pixels = new Uint8Array(height * width * 3)
    for (let i = 0; i < height * width; i++) for (let c = 0; c < 3; c++) pixels[i * 3 + c] = Math.round(((image[c * height * width + i] as number) + 1) * 127.5)
    const still = await encodeStill(await models.acquire(pack, 'vaeEncoder', 'cpu'), pixels, { width, height }, 'first', pack.manifest)
    expect(largestDifference(still, tensor(body.condition as GoldenTensor))).toBeLessThan(0.03)
  })

  it('normalises as the reference does', async () => {
    const { body, tensor } = readGolden<{ cases: readonly { pack: string; frames: GoldenTensor; mode: GoldenTensor; latents: GoldenTensor }[] }>('vae-encode')
    for (const golden of body.cases) {
      const pack = await openPack(golden.pack)
      const session = await models.acquire(pack, 'vaeEncoder', 'cpu')
      const { latents } = await session.run({ frames: toTensor(tensor(golden.frames), golden.frames.shape) })
      expect(largestDifference((latents as Tensor).data as Float32Array, tensor(golden.mode))).toBeLessThan(TOLERANCE)
      const normalised = normaliseLatents((latents as Tensor).data as Float32Array, golden.mode.shape as unknown as LatentShape, pack.manifest.latent)
      expect(largestDifference(normalised, tensor(golden.latents))).toBeLessThan(TOLERANCE)
    }
  })
})
