/** Whole generations through the real graphs against the reference pipelines of diffusers. */
import { afterAll, describe, expect, it } from 'vitest'
import type { PackSchedule } from '#contracts/pack-manifest.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import type { Tensor } from '#engine/inference/inference-port.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import type { VerifiedPack } from '#engine/packs/verify-pack.ts'
import { createDenoiser } from '#engine/pipelines/denoiser.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { normaliseLatents } from '#engine/pipelines/normalisation.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { decodeLatents, encodeStill } from '#engine/pipelines/vae.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { sample } from '#engine/sampling/sample.ts'
import { timestepTensor } from '#engine/sampling/timestep-tensor.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { largestDifference, packFolder, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

/** Ten times what the fixtures' author measured between onnxruntime and torch is comfortable; float32 sigmas differ by a little more. */
const TOLERANCE = 5e-4

const models = createModelStore(createOnnxRuntime())
const verifier = createPackVerifier()
afterAll(() => models.clear())

interface GoldenStep {
  readonly timestep: { readonly values: readonly number[] }
  readonly latents: GoldenTensor
}

interface GoldenGeneration {
  readonly about: { readonly config: { readonly pack: string; readonly solver: PackSchedule['solver']; readonly shift: number; readonly steps: number; readonly guidance: number; readonly knownLatentFrames?: readonly number[] } }
  readonly prompt: string
  readonly negativePrompt: string
  readonly positive: GoldenTensor
  readonly negative: GoldenTensor
  readonly noise: GoldenTensor
  readonly camera?: GoldenTensor
  readonly image?: GoldenTensor
  readonly condition?: GoldenTensor
  readonly known?: GoldenTensor
  readonly steps: readonly GoldenStep[]
  readonly finalLatents: GoldenTensor
  readonly frames: GoldenTensor
}

async function openPack(name: string): Promise<VerifiedPack> {
  return verifier.verify(packFolder(name))
}

function toTensor(data: Float32Array, dims: readonly number[]): Tensor {
  return { type: 'float32', data, dims }
}

describe.each(['generate-unipc', 'generate-flow-match-euler', 'generate-first-frame', 'generate-camera'])('%s', (name) => {
  const { body: golden, tensor } = readGolden<GoldenGeneration>(name)
  const { config } = golden.about
  const shape = golden.noise.shape as unknown as LatentShape

  it('encodes its prompts to the reference embeddings', async () => {
    const pack = await openPack(config.pack)
    const text = createTextEncoding(null)
    const encode = (prompt: string) => text.encode(pack, prompt, () => models.acquire(pack, 'textEncoder', 'cpu'))
    expect(largestDifference((await encode(golden.prompt)).embedding.data as Float32Array, tensor(golden.positive))).toBeLessThan(TOLERANCE)
    expect(largestDifference((await encode(golden.negativePrompt)).embedding.data as Float32Array, tensor(golden.negative))).toBeLessThan(TOLERANCE)
  })

  it('samples to the reference latents and decodes to the reference frames', async () => {
    const pack = await openPack(config.pack)
    const denoiser = createDenoiser(await models.acquire(pack, 'transformer', 'cpu'), { ...pack.manifest, schedule: { ...pack.manifest.schedule, solver: config.solver } }, {
      shape,
      text: { conditional: { encoder_hidden_states: goldenInput(golden.positive) }, unconditional: { encoder_hidden_states: goldenInput(golden.negative) } },
      conditions: golden.camera === undefined ? {} : { camera: goldenInput(golden.camera) },
    })
    const shownTimesteps: (readonly number[])[] = []
    const latents = await sample({
      shape, guidance: { scale: config.guidance }, noise: tensor(golden.noise), known: knownOf(), signal: new AbortController().signal, now: () => 0,
      schedule: createSolver(config.solver, { steps: config.steps, shift: config.shift }),
      velocity: (input) => {
        if (input.branch === 'conditional') shownTimesteps.push(input.frameTimesteps)
        return denoiser(input)
      },
      onStep: () => {},
    })
    expect(largestDifference(latents, tensor(golden.finalLatents))).toBeLessThan(TOLERANCE)
    const shown = shownTimesteps.map((frames) => Array.from(timestepTensor(frames, shape, pack.manifest.latent.patch, pack.manifest.schedule).data, Number))
    expect(shown.map((values, step) => largestDifference(values, golden.steps[step]?.timestep.values ?? []))).toEqual(golden.steps.map(() => expect.closeTo(0, 3)))
    const clip = await decodeLatents(await models.acquire(pack, 'vaeDecoder', 'cpu'), latents, shape, pack.manifest)
    expect(largestDifference(clip.data.map((value) => Math.min(1, Math.max(-1, value))), tensor(golden.frames))).toBeLessThan(TOLERANCE)
  })

  function goldenInput(reference: GoldenTensor): Tensor {
    return toTensor(tensor(reference), reference.shape)
  }

  function knownOf() {
    const frames = config.knownLatentFrames ?? (golden.condition === undefined ? [] : [0])
    if (frames.length === 0) return null
    const latents = new Float32Array(elementCount(shape))
    if (golden.known !== undefined) latents.set(tensor(golden.known))
    if (golden.condition !== undefined) {
      const condition = tensor(golden.condition)
      const plane = shape[3] * shape[4]
      for (let channel = 0; channel < shape[1]; channel++) latents.set(condition.subarray(channel * plane, (channel + 1) * plane), channel * shape[2] * plane)
    }
    return { latents, mask: Array.from({ length: shape[2] }, (_, frame) => frames.includes(frame)), presentation: 'clean' as const }
  }
})

describe('picture conditioning', () => {
  it('encodes a still as the reference encodes the picture alone', async () => {
    const { body, tensor } = readGolden<GoldenGeneration>('generate-first-frame')
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
