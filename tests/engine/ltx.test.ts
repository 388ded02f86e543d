/** LTX-Video: its schedules, its masks and its decoder's noise, against the reference, and takes made by the whole engine. */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { GenerateRequest } from '#contracts/engine-api.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { encodeWithMask, LTX, mixNoise } from '#engine/pipelines/ltx.ts'
import { planGeneration } from '#engine/pipelines/generation-plan.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { scheduleOf } from '#engine/pipelines/schedule.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { encodeStill } from '#engine/pipelines/vae.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import { gaussianNoise } from '#engine/sampling/noise.ts'
import { solverOf, stepDifference } from '../../scripts/parity/compare-schedule.ts'
import type { ScheduleCase } from '../../scripts/parity/compare-schedule.ts'
import { GOLDEN_FOLDER, relativeDifference } from '../../scripts/parity/golden-file.ts'
import { LIMITS } from '../../scripts/parity/measure.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import { largestDifference, packFolder, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'
import { latentsOf, pictureDifference, sameLatentFrames } from './take-checks.ts'

interface GoldenLtx {
  readonly about: { readonly seed: number; readonly config: { readonly timesteps: readonly number[] } }
  readonly prompt: string
  readonly positive: GoldenTensor
  readonly mask: readonly number[]
  readonly sigmas: readonly number[]
  readonly picture?: { readonly latents: GoldenTensor }
  readonly finalLatents: GoldenTensor
  readonly frames: GoldenTensor
}

const SIZE = { width: 64, height: 32 }
const PICTURE = join(GOLDEN_FOLDER, 'ltx-picture.png')
const media = createMediaTools()
const models = createModelStore(createOnnxRuntime())
const verifier = createPackVerifier()
const { client, engine } = connectEngine()
afterAll(async () => {
  client.dispose()
  media.dispose()
  await engine.dispose()
  await models.clear()
})

async function make(changes: Partial<GenerateRequest> = {}) {
  const request = aRequest({ packFolder: packFolder('tiny-ltx'), frameSize: SIZE, frameCount: 17, ...changes })
  return { request, result: await client.call('take.generate', request) }
}

describe('schedules', () => {
  const { cases } = readGolden<{ cases: readonly ScheduleCase[] }>('schedules-dynamic').body

  it.each(cases)('shift with the clip and end where the pack says: $steps steps, $dynamicShift.tokens tokens, terminal $dynamicShift.terminal', (golden) => {
    const { sigmas, timesteps } = solverOf(golden)
    expect(largestDifference(sigmas, golden.sigmasExact)).toBeLessThan(1e-12)
    expect(largestDifference(timesteps, golden.timesteps)).toBeLessThan(1e-3)
    if (golden.dynamicShift?.terminal != null) expect(sigmas.at(-2)).toBeCloseTo(golden.dynamicShift.terminal, 12)
    expect(stepDifference(golden)).toBeLessThanOrEqual(LIMITS.step)
  })

  it('of one step start from noise alone, terminal or not', () => {
    const dynamicShift = { base: 0.95, max: 2.05, baseTokens: 1024, maxTokens: 4096, terminal: 0.1, tokens: 2000 }
    expect(createSolver('flow-match-euler', { steps: 1, shift: 1, dynamicShift }).sigmas).toEqual([1, 0])
  })

  it('of distilled packs are the given timesteps, as the reference has them', () => {
    const { body } = readGolden<GoldenLtx>('ltx-text')
    const { timesteps } = body.about.config
    expect(largestDifference(createSolver('flow-match-euler', { steps: 8, shift: 1, timesteps }).sigmas, body.sigmas)).toBeLessThan(1e-7)
  })

  it('count the patch tokens of the clip', async () => {
    const { manifest, ...pack } = await verifier.verify(packFolder('tiny-ltx'))
    const dynamicShift = { base: 0, max: 1, baseTokens: 0, maxTokens: 10, terminal: null }
    const { timesteps: _, ...schedule } = manifest.schedule
    const dynamic = { ...pack, manifest: { ...manifest, schedule: { ...schedule, steps: 2, dynamicShift } } }
    const sigmas = [9, 33].map((frameCount) => {
      const request = aRequest({ frameSize: SIZE, frameCount })
      return scheduleOf({ request, pack: dynamic } as never, planGeneration(request, dynamic.manifest)).sigmas
    })
    // 2 and 5 latent frames of 1 x 2 cells: exp(0.4) and exp(1), at sigma 1 and 1/2.
    expect(sigmas).toEqual([0.4, 1].map((log) => [1, expect.closeTo(Math.exp(log) / (Math.exp(log) + 1), 12), 0]))
  })
})

describe('prompts', () => {
  it('become the reference rows with the reference mask', async () => {
    const { body, tensor } = readGolden<GoldenLtx>('ltx-text')
    const pack = await verifier.verify(packFolder('tiny-ltx'))
    const job = { pack, text: createTextEncoding(null), open: (graph: 'textEncoder') => models.acquire(pack, graph, 'cpu') } as never
    const inputs = await encodeWithMask(job, body.prompt)
    expect(Array.from(inputs['encoder_attention_mask']?.data ?? [], Number)).toEqual(body.mask)
    const used = body.mask.filter((value) => value === 1).length * 32
    const rows = inputs['encoder_hidden_states']?.data as Float32Array
    expect(largestDifference(rows.subarray(0, used), tensor(body.positive).subarray(0, used))).toBeLessThan(1e-4)
  })
})

describe('the decoder', () => {
  it('is given latents with the pack\'s share of noise', () => {
    const mixed = mixNoise(Float32Array.of(1, -2), 0.25, () => Float32Array.of(4, 8))
    expect([...mixed]).toEqual([1.75, 0.5])
    expect([...mixNoise(Float32Array.of(1), 0, () => { throw new Error('no noise is needed') })]).toEqual([1])
  })
})

describe('a decode in tiles', () => {
  it('tells each tile how noisy its latents are', async () => {
    const pack = await verifier.verify(packFolder('tiny-ltx'))
    const request = aRequest({ frameSize: { width: 96, height: 64 }, frameCount: 9 })
    const plan = planGeneration(request, pack.manifest)
    const told: (readonly number[])[] = []
    const open = async () => {
      const session = await models.acquire(pack, 'vaeDecoder', 'cpu')
      return { ...session, run: (inputs: Parameters<typeof session.run>[0]) => {
        told.push(Array.from(inputs['timestep']?.data ?? [], Number))
        return session.run(inputs)
      } }
    }
    const job = { pack, request, open, vaeTiles: { size: 64, stride: 32 }, progress: { begin: () => {}, advance: () => {} }, signal: new AbortController().signal }
    const clip = await LTX.decode(job as never, plan, gaussianNoise(elementCount(plan.shape), { seed: 1 }))
    expect(clip).toMatchObject({ frameCount: 9, frameSize: { width: 96, height: 64 } })
    // Tiles start every 32 pixels, in both directions.
    expect(told).toEqual(Array.from({ length: 6 }, () => [expect.closeTo(0.05, 6)]))
  })
})

describe('a given picture', () => {
  it('is encoded as the reference encodes it alone', async () => {
    const { body, tensor } = readGolden<GoldenLtx>('ltx-picture')
    const pack = await verifier.verify(packFolder('tiny-ltx'))
    const still = await encodeStill(await models.acquire(pack, 'vaeEncoder', 'cpu'), await media.readImage(PICTURE, SIZE), SIZE, 'first', pack.manifest)
    expect(largestDifference(still, tensor(body.picture!.latents))).toBeLessThan(1e-4)
  })
})

describe('takes', () => {
  it.each(['ltx-text', 'ltx-picture'])('are the reference\'s, from the seed to the pictures of a playable file: %s', async (name) => {
    const { body, tensor } = readGolden<GoldenLtx>(name)
    const known = body.picture === undefined ? null : { firstFrame: PICTURE, lastFrame: null, parent: null }
    const { request, result } = await make({ seed: body.about.seed, prompt: body.prompt, known })
    expect(result).toMatchObject({ frameCount: 17, family: 'ltx', solver: 'flow-match-euler', steps: 8, guidanceScale: 1, latents: { shape: [1, 8, 3, 1, 2] } })
    expect(relativeDifference(await latentsOf(request, result), tensor(body.finalLatents))).toBeLessThanOrEqual(LIMITS.latents)
    expect(await media.probe(join(request.outputFolder, 'video.mp4'))).toMatchObject({ video: { codec: 'h264', frameSize: SIZE, frameRate: { num: 25, den: 1 }, frameCount: 17 } })
    expect(await pictureDifference(media, request, result, tensor(body.frames), body.frames.shape)).toBeLessThanOrEqual(LIMITS.frames)
  })

  it('show pictures while they are made', async () => {
    const files: string[] = []
    const stop = client.on('job.preview', ({ file }) => files.push(file))
    await make({ seed: 2 })
    stop()
    expect(files.length).toBeGreaterThan(0)
  })

  it('are made anew in part: latent frames outside the range stay', async () => {
    const parent = await make({ frameCount: 33 })
    const retake = await make({ frameCount: 33, seed: 99, known: { firstFrame: null, lastFrame: null, parent: {
      latentsFile: join(parent.request.outputFolder, 'latents.bin'), shape: parent.result.latents.shape, regenerate: { startFrame: 10, endFrame: 16 },
    } } })
    // Latent frame i holds frames 8i - 7 … 8i.
    expect(sameLatentFrames(await latentsOf(parent.request, parent.result), await latentsOf(retake.request, retake.result), [1, 8, 5, 1, 2])).toEqual([true, true, false, true, true])
  })

  it('are chained from clips where they are longer than one', async () => {
    const { request, result } = await make({ frameCount: 65 })
    expect(result).toMatchObject({ frameCount: 65, latents: { shape: [1, 8, 9, 1, 2] } })
    expect(result.segments?.length).toBeGreaterThan(1)
    expect((await latentsOf(request, result)).every(Number.isFinite)).toBe(true)
    expect(await media.probe(join(request.outputFolder, 'video.mp4'))).toMatchObject({ video: { frameCount: 65 } })
  })

  it('end on a given picture, whatever the seed', async () => {
    const known = { firstFrame: null, lastFrame: PICTURE, parent: null }
    const [a, b] = [await make({ known }), await make({ known, seed: 1234 })]
    expect(sameLatentFrames(await latentsOf(a.request, a.result), await latentsOf(b.request, b.result), [1, 8, 3, 1, 2])).toEqual([false, false, true])
  })

  it.each([
    ['frames that are not 8k + 1', { frameCount: 13 }, /9 or 17.*8k \+ 1/],
    ['a size that the pack lacks', { frameSize: { width: 32, height: 32 } }, /96 x 64 or 64 x 32/],
  ] as const)('with %s are refused with what is legal', async (_, changes, remedy) => {
    await expect(make(changes)).rejects.toMatchObject({ code: 'INVALID_INPUT', remedy: expect.stringMatching(remedy) })
  })
})
