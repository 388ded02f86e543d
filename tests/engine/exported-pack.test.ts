/** Packs as models/export makes the large ones: float16 and fused attention inside, int8 text, a tiny decoder for previews. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import type { Tensor } from '#engine/inference/inference-port.ts'
import type { Rgb24 } from '#engine/media-port.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import type { VerifiedPack } from '#engine/packs/verify-pack.ts'
import { createDenoiser } from '#engine/pipelines/denoiser.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { createStepPreviews, previewGraph } from '#engine/pipelines/step-previews.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { decodeLatents } from '#engine/pipelines/vae.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { sample } from '#engine/sampling/sample.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import { packFolder, readGolden, relativeDifference } from './golden.ts'
import type { GoldenTensor } from './golden.ts'
import { copyPack, describeFile, temporaryFolder } from './pack-copy.ts'

const models = createModelStore(createOnnxRuntime())
const verifier = createPackVerifier()
afterAll(() => models.clear())

interface GoldenGeneration {
  readonly prompt: string
  readonly positive: GoldenTensor
  readonly negative: GoldenTensor
  readonly noise: GoldenTensor
  readonly finalLatents: GoldenTensor
  readonly frames: GoldenTensor
}
const { body: golden, tensor } = readGolden<GoldenGeneration>('generate-unipc')
const shape = golden.noise.shape as unknown as LatentShape

/** The pack with the transformer that CUDA's flash attention takes. */
function cudaPack(): string {
  const folder = copyPack('tiny-wan-half')
  const file = join(folder, 'pack.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { components: Record<string, unknown> }
  manifest.components.transformer = describeFile(folder, 'transformer-cuda.onnx')
  writeFileSync(file, JSON.stringify(manifest))
  return folder
}

describe('text with int8 weights', () => {
  it('gives the embedding of the float32 encoder within the error of int8', async () => {
    const pack = await verifier.verify(packFolder('tiny-wan-half'))
    const text = createTextEncoding(null)
    const { embedding } = await text.encode(pack, golden.prompt, () => models.acquire(pack, 'textEncoder', 'cpu'))
    const difference = relativeDifference(embedding.data as Float32Array, tensor(golden.positive))
    expect(difference).toBeGreaterThan(1e-5)
    expect(difference).toBeLessThan(0.02)
  })
})

describe.each([
  ['MultiHeadAttention', () => packFolder('tiny-wan-half')],
  ['Attention', cudaPack],
])('a float16 transformer with %s', (_, folder) => {
  it('samples and decodes to the float32 reference within the error of float16', async () => {
    const pack = await verifier.verify(folder())
    const input = (reference: GoldenTensor): Tensor => ({ type: 'float32', data: tensor(reference), dims: reference.shape })
    const velocity = createDenoiser(await models.acquire(pack, 'transformer', 'cpu'), pack.manifest, {
      shape, conditions: {},
      text: { conditional: { encoder_hidden_states: input(golden.positive) }, unconditional: { encoder_hidden_states: input(golden.negative) } },
    })
    const { steps, shift } = pack.manifest.schedule
    const latents = await sample({
      shape, velocity, guidance: { scale: pack.manifest.guidance.scale }, noise: tensor(golden.noise), known: null,
      signal: new AbortController().signal, now: () => 0, schedule: createSolver('unipc', { steps, shift }), onStep: () => {},
    })
    const difference = relativeDifference(latents, tensor(golden.finalLatents))
    expect(difference).toBeGreaterThan(1e-6)
    expect(difference).toBeLessThan(0.02)
    const clip = await decodeLatents(await models.acquire(pack, 'vaeDecoder', 'cpu'), latents, shape, pack.manifest)
    // The tiny VAE's norms are over three channels, which makes much of a little: a few pixels differ by more.
    expect(meanDifference(clip.data.map((value) => Math.min(1, Math.max(-1, value))), tensor(golden.frames))).toBeLessThan(0.01)
  })
})

describe('the preview decoder of a pack', () => {
  it('decodes normalised latents, and is the graph that previews open', async () => {
    const pack = await verifier.verify(packFolder('tiny-wan-half'))
    expect(previewGraph(pack.manifest)).toBe('previewDecoder')
    const latents = tensor(golden.finalLatents)
    const direct = await runTiny(pack, latents)
    const shown = await previewOf(pack.manifest, latents, async () => models.acquire(pack, 'previewDecoder', 'cpu'))
    const plane = shown.length / 3
    const largest = Math.max(...Array.from({ length: plane }, (__, i) => Math.abs((shown[i * 3] as number) - ((direct[i] as number) * 0.5 + 0.5) * 255)))
    expect(largest).toBeLessThanOrEqual(0.51)
  })

  it('is the VAE where a pack has no tiny decoder', async () => {
    const { manifest } = await verifier.verify(packFolder('tiny-wan'))
    expect(previewGraph(manifest)).toBe('vaeDecoder')
  })
})

describe('the whole engine', () => {
  it('makes a take and its previews from such a pack', async () => {
    const { client } = connectEngine()
    const previews: string[] = []
    client.on('job.preview', ({ file }) => previews.push(file))
    const result = await client.call('take.generate', aRequest({ packFolder: packFolder('tiny-wan-half') }))
    client.dispose()
    expect(result.frameCount).toBe(9)
    expect(previews.length).toBeGreaterThan(0)
  })
})

function meanDifference(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce((sum, value, i) => sum + Math.abs((actual[i] as number) - value), 0) / expected.length
}

/** Red values of the first frame that the tiny decoder makes of the first two latent frames. */
async function runTiny(pack: VerifiedPack, latents: Float32Array): Promise<Float32Array> {
  const decoder = await models.acquire(pack, 'previewDecoder', 'cpu')
  const dims = [1, shape[1], 2, shape[3], shape[4]]
  const plane = shape[3] * shape[4]
  const data = new Float32Array(shape[1] * 2 * plane)
  for (let channel = 0; channel < shape[1]; channel++) data.set(latents.subarray(channel * shape[2] * plane, (channel * shape[2] + 2) * plane), channel * 2 * plane)
  const { frames } = await decoder.run({ latents: { type: 'float32', data, dims } })
  return (frames as Tensor).data as Float32Array
}

async function previewOf(pack: PackManifest, latents: Float32Array, openVaeDecoder: () => ReturnType<typeof models.acquire>): Promise<Rgb24> {
  const written: Rgb24[] = []
  const preview = createStepPreviews({
    pack, shape, openVaeDecoder, folder: temporaryFolder(), now: () => 0, latentFrame: 0, earlierSteps: 0, allSteps: 2, emit: () => {},
    media: { writeJpeg: async (_file, picture) => { written.push(picture); return { bytes: picture.length, sha256: '' } } },
  })
  await preview({ index: 0, steps: 2, milliseconds: 1, estimate: () => latents } as unknown as Parameters<typeof preview>[0])
  return written[0] as Rgb24
}
