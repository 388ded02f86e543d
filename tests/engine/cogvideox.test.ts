/** CogVideoX: its DDIM schedule and what its transformer is told, against the reference, and takes made by the whole engine. */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { GenerateRequest } from '#contracts/engine-api.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { encodeWithPadding } from '#engine/pipelines/cogvideox.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { ddim, trailingTimesteps } from '#engine/sampling/ddim.ts'
import { scaleAt } from '#engine/sampling/guidance.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { gaussianNoise } from '#engine/sampling/noise.ts'
import { sample } from '#engine/sampling/sample.ts'
import type { VelocityInput } from '#engine/sampling/sample.ts'
import { stepDifference } from '../../scripts/parity/compare-schedule.ts'
import type { ScheduleCase } from '../../scripts/parity/compare-schedule.ts'
import { relativeDifference } from '../../scripts/parity/golden-file.ts'
import { LIMITS } from '../../scripts/parity/measure.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import { largestDifference, packFolder, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'
import { copyPack, temporaryFolder } from './pack-copy.ts'
import { latentsOf, pictureDifference, sameLatentFrames } from './take-checks.ts'

interface GoldenSchedule {
  readonly cases: readonly ScheduleCase[]
  readonly timestepsBySteps: Readonly<Record<string, readonly number[]>>
  readonly noised: { readonly x0: readonly number[]; readonly noise: readonly number[]; readonly x: readonly (readonly number[])[] }
  readonly dynamicScales: Readonly<Record<string, readonly number[]>>
}

interface GoldenText {
  readonly about: { readonly seed: number }
  readonly prompt: string
  readonly negativePrompt: string
  readonly positive: GoldenTensor
  readonly negative: GoldenTensor
  readonly finalLatents: GoldenTensor
  readonly frames: GoldenTensor
}

const SIZE = { width: 32, height: 16 }
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
  const request = aRequest({ packFolder: packFolder('tiny-cogvideox'), frameSize: SIZE, ...changes })
  return { request, result: await client.call('take.generate', request) }
}

describe('the DDIM schedule', () => {
  const { body } = readGolden<GoldenSchedule>('schedules-ddim')

  it('has the reference timesteps for every count of steps', () => {
    const counts = Object.entries(body.timestepsBySteps)
    expect(counts.length).toBeGreaterThan(60)
    for (const [steps, timesteps] of counts) expect(trailingTimesteps(Number(steps)), `${steps} steps`).toEqual(timesteps)
  })

  it.each(body.cases)('has the reference shares of noise and steps as the reference: shift $shift, $steps steps', (golden) => {
    expect(largestDifference(ddim({ steps: golden.steps, shift: golden.shift ?? 1 }).sigmas, golden.sigmasExact)).toBeLessThan(1e-12)
    expect(stepDifference(golden)).toBeLessThanOrEqual(LIMITS.step)
  })

  it('begins with noise alone, and mixes clip and noise by the roots of their shares', () => {
    const solver = ddim({ steps: 4, shift: 3 })
    const [x0, noise] = [Float32Array.from(body.noised.x0), Float32Array.from(body.noised.noise)]
    expect(solver.sigmas[0]).toBe(1)
    body.noised.x.forEach((expected, index) => expect(largestDifference(solver.addNoise(x0, noise, index), expected)).toBeLessThan(1e-6))
  })

  it.each(['ddim', 'unipc', 'flow-match-euler'] as const)('foresees the clip itself where a model is right: %s', (name) => {
    const solver = createSolver(name, { steps: 5, shift: 3 })
    const [x0, noise] = [gaussianNoise(50, { seed: 1 }), gaussianNoise(50, { seed: 2 })]
    for (const index of [1, 3]) {
      const share = solver.sigmas[index] as number
      const velocity = name === 'ddim' ? noise.map((value, e) => Math.sqrt(1 - share ** 2) * value - share * (x0[e] as number)) : noise.map((value, e) => value - (x0[e] as number))
      expect(largestDifference(solver.estimate(index, velocity, solver.addNoise(x0, noise, index)), x0)).toBeLessThan(1e-5)
    }
  })

  it('takes no timesteps of a pack: they follow from the count', () => {
    expect(() => ddim({ steps: 4, shift: 3, timesteps: [999] })).toThrow(RangeError)
  })

  it('changes its guidance from step to step as the reference does', () => {
    for (const [steps, scales] of Object.entries(body.dynamicScales)) {
      const made = trailingTimesteps(Number(steps)).map((timestep) => scaleAt({ scale: 6, dynamicSteps: Number(steps) }, timestep))
      expect(largestDifference(made, scales)).toBeLessThan(1e-6)
    }
    expect(scaleAt({ scale: 6, dynamicSteps: null }, 999)).toBe(6)
  })
})

describe('known latents under DDIM', () => {
  const shape: LatentShape = [1, 2, 3, 2, 2]
  const noise = gaussianNoise(elementCount(shape), { seed: 5 })
  const clip = gaussianNoise(elementCount(shape), { seed: 6 })

  it('are shown with the noise of each step, and come back bit for bit', async () => {
    const schedule = ddim({ steps: 4, shift: 3 })
    const seen: VelocityInput[] = []
    const latents = await sample({
      shape, schedule, noise, guidance: { scale: 1 }, known: { latents: clip, mask: [true, false, false], presentation: 'noised' },
      velocity: async (input) => {
        seen.push({ ...input, latents: input.latents.slice() })
        return input.latents.map((value) => 0.3 * value)
      },
      onStep: () => {}, signal: new AbortController().signal, now: () => 0,
    })
    expect(sameLatentFrames(latents, clip, shape)).toEqual([true, false, false])
    for (const [index, shown] of seen.entries()) {
      expect(sameLatentFrames(shown.latents, schedule.addNoise(clip, noise, index), shape)[0]).toBe(true)
      expect(shown.frameTimesteps).toEqual([0, 1, 2].map(() => schedule.timesteps[index]))
    }
  })
})

describe('prompts', () => {
  it('become the reference rows, those of the padding too', async () => {
    const { body, tensor } = readGolden<GoldenText>('cogvideox-text')
    const pack = await verifier.verify(packFolder('tiny-cogvideox'))
    const job = { pack, text: createTextEncoding(null), open: (graph: 'textEncoder') => models.acquire(pack, graph, 'cpu') } as never
    for (const [prompt, rows] of [[body.prompt, body.positive], [body.negativePrompt, body.negative]] as const) {
      const { encoder_hidden_states: made } = await encodeWithPadding(job, prompt)
      expect(largestDifference(made?.data as Float32Array, tensor(rows))).toBeLessThan(1e-4)
    }
    const last = (await encodeWithPadding(job, 'cat'))['encoder_hidden_states']?.data.slice(-32) as Float32Array
    expect(last.some((value) => value !== 0)).toBe(true)
  })
})

describe('takes', () => {
  it('are the reference\'s, from the seed to the pictures of a playable file', async () => {
    const { body, tensor } = readGolden<GoldenText>('cogvideox-text')
    const { request, result } = await make({ seed: body.about.seed, prompt: body.prompt, negativePrompt: body.negativePrompt })
    expect(result).toMatchObject({ frameCount: 9, family: 'cogvideox', solver: 'ddim', steps: 4, shift: 3, guidanceScale: 6, latents: { shape: [1, 4, 3, 2, 4] } })
    expect(relativeDifference(await latentsOf(request, result), tensor(body.finalLatents))).toBeLessThanOrEqual(LIMITS.latents)
    expect(await media.probe(join(request.outputFolder, 'video.mp4'))).toMatchObject({ video: { codec: 'h264', frameSize: SIZE, frameRate: { num: 8, den: 1 }, frameCount: 9 } })
    expect(await pictureDifference(media, request, result, tensor(body.frames), body.frames.shape)).toBeLessThanOrEqual(LIMITS.frames)
  })

  it('show pictures while they are made', async () => {
    const files: string[] = []
    const stop = client.on('job.preview', ({ file }) => files.push(file))
    await make({ seed: 2, steps: 6 })
    stop()
    expect(files.length).toBeGreaterThan(0)
    expect(await media.probe(files[0] as string)).toMatchObject({ video: { frameSize: SIZE } })
  })

  it('start and end on given pictures, whatever the seed', async () => {
    const picture = join(temporaryFolder(), 'picture.jpg')
    await media.writeJpeg(picture, new Uint8Array(32 * 16 * 3).map((_, i) => (i * 7) % 256), SIZE)
    const known = { firstFrame: picture, lastFrame: picture, parent: null }
    const [a, b] = [await make({ known, frameCount: 17 }), await make({ known, frameCount: 17, seed: 1234 })]
    expect(sameLatentFrames(await latentsOf(a.request, a.result), await latentsOf(b.request, b.result), [1, 4, 5, 2, 4])).toEqual([true, false, false, false, true])
  })

  it('are made anew in part: latent frames outside the range stay', async () => {
    const parent = await make({ frameCount: 17 })
    const retake = await make({ frameCount: 17, seed: 99, known: { firstFrame: null, lastFrame: null, parent: {
      latentsFile: join(parent.request.outputFolder, 'latents.bin'), shape: parent.result.latents.shape, regenerate: { startFrame: 6, endFrame: 10 },
    } } })
    expect(sameLatentFrames(await latentsOf(parent.request, parent.result), await latentsOf(retake.request, retake.result), [1, 4, 5, 2, 4])).toEqual([true, true, false, false, true])
  })

  it('are chained from clips where they are longer than one', async () => {
    const { request, result } = await make({ frameCount: 41 })
    expect(result).toMatchObject({ frameCount: 41, latents: { shape: [1, 4, 11, 2, 4] } })
    expect(result.segments?.length).toBeGreaterThan(1)
    expect((await latentsOf(request, result)).every(Number.isFinite)).toBe(true)
    expect(await media.probe(join(request.outputFolder, 'video.mp4'))).toMatchObject({ video: { frameCount: 41 } })
  })

  it('follow dynamic guidance where the pack asks for it', async () => {
    const { body, tensor } = readGolden<GoldenText>('cogvideox-dynamic')
    const folder = copyPack('tiny-cogvideox', (manifest) => Object.assign(manifest['guidance'] as unknown as object, { isDynamic: true }))
    const { request, result } = await make({ packFolder: folder, seed: body.about.seed, prompt: body.prompt, negativePrompt: body.negativePrompt })
    expect(relativeDifference(await latentsOf(request, result), tensor(body.finalLatents))).toBeLessThanOrEqual(LIMITS.latents)
  })

  it.each([
    ['frames that are not 4k + 1', { frameCount: 12 }, /9 or 13.*4k \+ 1/],
    ['a size that the model was not trained for', { frameSize: { width: 64, height: 64 } }, /32 x 16 or 48 x 32/],
  ] as const)('with %s are refused with what is legal', async (_, changes, remedy) => {
    await expect(make(changes)).rejects.toMatchObject({ code: 'INVALID_INPUT', remedy: expect.stringMatching(remedy) })
  })
})
