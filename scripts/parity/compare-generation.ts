/** Whole generations: a family's own functions from the prompt to the frames, from the reference's noise, against the reference's pipeline. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { familyOf } from '#engine/pipelines/families.ts'
import type { GenerationJob } from '#engine/pipelines/generation-job.ts'
import type { Preparation } from '#engine/pipelines/conditions.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { gaussianNoise } from '#engine/sampling/noise.ts'
import { sample } from '#engine/sampling/sample.ts'
import type { Solver } from '#engine/sampling/solver.ts'
import { worse } from './compare-schedule.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import type { Golden, GoldenTensor } from './golden-file.ts'
import { meanDifference, relativeDifference } from './golden-file.ts'
import { parityOf } from './measure.ts'
import type { Parity } from './measure.ts'
import { ASKED } from './requests.ts'
import type { AskedOf } from './requests.ts'

export interface GoldenGeneration {
  readonly about: {
    readonly seed: number
    readonly config: {
      readonly pack: string
      readonly width: number
      readonly height: number
      readonly frames: number
      /** Where it is not the pack's own. */
      readonly solver?: PackManifest['schedule']['solver']
      readonly shift?: number
      readonly steps?: number
      readonly guidance?: number
      /** cogvideox: guidance that changes with the timestep. */
      readonly isDynamic?: boolean
      readonly knownLatentFrames?: readonly number[]
    } & AskedOf
  }
  readonly prompt: string
  readonly negativePrompt: string
  /** Absent: the engine's own noise of `about.seed`. */
  readonly noise?: GoldenTensor
  readonly camera?: GoldenTensor
  /** wan, generate-first-frame: the first latent frame, encoded and normalised. */
  readonly condition?: GoldenTensor
  readonly known?: GoldenTensor
  readonly steps?: readonly { readonly velocity: GoldenTensor; readonly latents: GoldenTensor }[]
  readonly finalLatents: GoldenTensor
  readonly frames: GoldenTensor
}

export async function compareGeneration(golden: Golden<GoldenGeneration>, name: string, engine: EngineUnderTest, folder: string): Promise<readonly Parity[]> {
  const { body, tensor } = golden
  const { manifest } = await engine.pack(body.about.config.pack)
  const run = await runGeneration(golden, name, engine, folder)
  return [parityOf(manifest.family, name, {
    stepDifference: run.stepDifference,
    latentDifference: relativeDifference(run.latents, tensor(body.finalLatents)),
    // [-1, 1] is 255 levels wide.
    frameDifference: meanDifference(run.frames.map(clamp), tensor(body.frames).map(clamp)) * 127.5,
  })]
}

export interface GenerationRun {
  readonly latents: Float32Array
  /** As decoded: [-1, 1] and a little beyond. */
  readonly frames: Float32Array
  readonly stepDifference: number | null
  /** What the model was told at each step, one a latent frame. */
  readonly frameTimesteps: readonly (readonly number[])[]
}

/** Throws MODEL_UNSUPPORTED for a family that the engine does not run, and whatever its functions throw. */
export async function runGeneration(golden: Golden<GoldenGeneration>, name: string, engine: EngineUnderTest, folder: string): Promise<GenerationRun> {
  const { body, tensor } = golden
  const pack = await engine.pack(body.about.config.pack)
  const family = familyOf(pack)
  const asked = { ...ASKED[name], ...body.about.config }
  const manifest = withSchedule(pack.manifest, body)
  const request = requestOf(body, asked, manifest, pack.folder, folder)
  const plan = family.plan(request, manifest)
  const job = engine.job(pack, manifest, request, givenLatents(golden, plan.shape))
  const text = await family.encodeText(job, plan)
  const prepared = await family.prepare(job, plan)
  const preparation: Preparation = body.camera === undefined ? prepared : {
    ...prepared, conditions: { ...prepared.conditions, camera: { type: 'float32', data: tensor(body.camera), dims: body.camera.shape } },
  }
  const denoise = await family.velocity(job, plan, text, preparation)
  const frameTimesteps: (readonly number[])[] = []
  const velocity: typeof denoise = (input) => {
    if (input.branch === 'conditional') frameTimesteps.push(input.frameTimesteps)
    return denoise(input)
  }
  const noise = body.noise === undefined ? gaussianNoise(elementCount(plan.shape), { seed: body.about.seed }) : tensor(body.noise)
  const latents = await sample({
    shape: plan.shape, velocity, schedule: family.solver(job, plan),
    guidance: { scale: plan.guidanceScale, lowNoise: plan.lowNoise, dynamicSteps: plan.dynamicSteps }, noise, known: preparation.known, onStep: () => {}, signal: job.signal, now: job.now,
  })
  const clip = await family.decode(job, plan, latents)
  if (!('data' in clip)) throw new TypeError('Golden clips are decoded whole; this one came in tiles.')
  return { latents, frames: clip.data, stepDifference: stepsDifference(golden, family.solver(job, plan), noise), frameTimesteps }
}

/** Each step from the reference's own sample and velocity: what the solver alone makes differently. The references keep known frames out of their samples. */
function stepsDifference({ body, tensor }: Golden<GoldenGeneration>, solver: Solver, noise: Float32Array): number | null {
  if (body.steps === undefined) return null
  let latents: Float32Array = noise
  let largest = 0
  for (const [index, { velocity, latents: expected }] of body.steps.entries()) {
    const made = solver.step(index, tensor(velocity), latents)
    latents = tensor(expected)
    largest = worse(largest, relativeDifference(made, latents))
  }
  return largest
}

/** Some cases run a pack on another schedule, or with other guidance, than its own. */
function withSchedule(manifest: PackManifest, { about: { config } }: GoldenGeneration): PackManifest {
  const { solver = manifest.schedule.solver, shift = manifest.schedule.shift } = config
  const { isDynamic = manifest.guidance.isDynamic ?? false } = config
  return { ...manifest, schedule: { ...manifest.schedule, solver, shift }, guidance: { ...manifest.guidance, isDynamic } }
}

function requestOf({ about: { seed, config }, prompt, negativePrompt }: GoldenGeneration, { firstFrame, lastFrame, camera }: AskedOf, manifest: PackManifest, packFolder: string, folder: string): GenerateRequest {
  const file = (name: string | undefined) => (name === undefined || !existsSync(join(folder, name)) ? null : join(folder, name))
  return {
    jobId: 'parity', packFolder, prompt, negativePrompt, seed, frameCount: config.frames, frameSize: { width: config.width, height: config.height },
    camera: camera ?? { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, lensMm: 35, subjectDistanceM: 4,
    steps: config.steps ?? null, guidanceScale: manifest.experts === undefined ? (config.guidance ?? null) : null,
    known: firstFrame === undefined && lastFrame === undefined ? null : { firstFrame: file(firstFrame), lastFrame: file(lastFrame), parent: null },
    outputFolder: folder, provider: 'cpu',
  }
}

/** Latent frames that the reference was given as such. */
function givenLatents({ body, tensor }: Golden<GoldenGeneration>, shape: LatentShape): GenerationJob['clip']['known'] {
  const { knownLatentFrames } = body.about.config
  const isFirstFrame = body.condition?.shape[2] === 1
  if (knownLatentFrames === undefined && !isFirstFrame) return null
  const latents = new Float32Array(elementCount(shape))
  if (body.known !== undefined) latents.set(tensor(body.known))
  else if (body.condition !== undefined) copyFirstFrame(tensor(body.condition), latents, shape)
  const frames = knownLatentFrames ?? [0]
  return { latents, mask: Array.from({ length: shape[2] }, (_, frame) => frames.includes(frame)) }
}

function copyFirstFrame(frame: Float32Array, latents: Float32Array, [, channels, count, rows, columns]: LatentShape): void {
  const plane = rows * columns
  for (let channel = 0; channel < channels; channel++) latents.set(frame.subarray(channel * plane, (channel + 1) * plane), channel * count * plane)
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value))
}
