/** The Wan family: prompt -> text embedding -> sampled latents -> frames -> files of a take. */
import type { GenerateResult } from '#contracts/engine-api.ts'
import { flowField } from '#core/camera/flow-field.ts'
import { cameraPath } from '#core/camera/path.ts'
import { mapToKnownWords } from '#core/prompt/lexicon.ts'
import type { Tensor } from '../inference/inference-port.ts'
import { loadLexicon } from '../packs/lexicon.ts'
import { isGuided } from '../sampling/guidance.ts'
import { elementCount } from '../sampling/latents.ts'
import { gaussianNoise } from '../sampling/noise.ts'
import { sample } from '../sampling/sample.ts'
import { createSolver } from '../sampling/create-solver.ts'
import { createDenoiser } from './denoiser.ts'
import type { DenoiserInputs } from './denoiser.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob, GenerationOutcome } from './generation-job.ts'
import { planGeneration } from './generation-plan.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { knownFrames } from './known-frames.ts'
import { createStepPreviews } from './step-previews.ts'
import { writeTakeFiles } from './take-files.ts'
import { decodeLatents } from './vae.ts'

/**
 * Makes a take. Cancellation is heard between model runs.
 * Throws INVALID_INPUT before anything is loaded, and what models, media tools and files throw.
 */
export async function generateWan(job: GenerationJob): Promise<GenerationOutcome> {
  const { request, pack: { manifest } } = job
  const plan = planGeneration(request, manifest)
  const text = await encodeText(job, plan)
  const { latents, stepMs } = await sampleLatents(job, plan, text)
  job.progress.begin('decoding', 1)
  const clip = await decodeLatents(await job.open('vaeDecoder'), latents, plan.shape, manifest)
  throwIfCancelled(job.signal)
  job.progress.begin('writing', clip.frameCount)
  const files = await writeTakeFiles({
    folder: request.outputFolder, clip, frameRate: plan.frameRate, latents, media: job.media, onFrame: job.progress.advance, signal: job.signal,
  })
  return { ...describe(plan, job), ...filesOf(files, plan), unknownWords: await unknownWords(job), secondsPerStep: median(stepMs) / 1000 }
}

/** The unconditional branch is encoded only where guidance will run it. */
async function encodeText(job: GenerationJob, plan: GenerationPlan): Promise<DenoiserInputs['text']> {
  const isTwoSided = isGuided(plan.guidanceScale)
  job.progress.begin('encoding-text', isTwoSided ? 2 : 1)
  const encode = async (prompt: string) => {
    throwIfCancelled(job.signal)
    const { embedding } = await job.text.encode(job.pack, prompt, () => job.open('textEncoder'))
    job.progress.advance()
    return embedding
  }
  const conditional = await encode(job.request.prompt)
  return isTwoSided ? { conditional, unconditional: await encode(plan.negativePrompt) } : { conditional }
}

async function sampleLatents(job: GenerationJob, plan: GenerationPlan, text: DenoiserInputs['text']): Promise<{ latents: Float32Array; stepMs: readonly number[] }> {
  const { request, pack, signal } = job
  const { manifest } = pack
  job.progress.begin('loading', 1)
  const known = await knownFrames(request.known, { pack: manifest, plan, media: job.media, openVaeEncoder: () => job.open('vaeEncoder'), signal })
  const session = await job.open('transformer')
  throwIfCancelled(signal)
  const velocity = createDenoiser(session, manifest, { shape: plan.shape, text, camera: cameraChannels(job, plan) })
  const schedule = createSolver(manifest.schedule.solver, { steps: plan.steps, shift: manifest.schedule.shift, timesteps: manifest.schedule.timesteps })
  const preview = createStepPreviews({
    pack: manifest, shape: plan.shape, media: job.media, openVaeDecoder: () => job.openIfRoom('vaeDecoder'), folder: job.previewFolder, now: job.now, emit: job.onPreview,
  })
  const stepMs: number[] = []
  job.progress.begin('sampling', plan.steps)
  const latents = await sample({
    shape: plan.shape, velocity, schedule, guidance: { scale: plan.guidanceScale }, known, signal, now: job.now,
    noise: gaussianNoise(elementCount(plan.shape), { seed: request.seed }),
    onStep: async (step) => {
      stepMs.push(step.milliseconds)
      job.progress.advance()
      await preview(step)
    },
  })
  return { latents, stepMs }
}

/** Channels of docs/pack-format.md for packs that take the camera as a flow field; null where words carry it. */
function cameraChannels({ request, pack: { manifest } }: GenerationJob, plan: GenerationPlan): Tensor | null {
  if (manifest.camera.kind !== 'flow') return null
  const { lensMm, subjectDistanceM } = request
  const poses = cameraPath({ move: request.camera, lensMm, subjectDistanceM, frameCount: plan.frameCount, frameRate: plan.frameRate })
  const { data, shape } = flowField({
    poses, frameSize: plan.frameSize, subjectDistanceM,
    spatialCompression: manifest.latent.spatialCompression, temporalCompression: manifest.latent.temporalCompression,
  })
  return { type: 'float32', data, dims: shape }
}

async function unknownWords({ request, pack }: GenerationJob): Promise<string[]> {
  if (pack.files.lexicon === undefined) return []
  return [...mapToKnownWords(request.prompt, await loadLexicon(pack.files.lexicon)).unknownWords]
}

function describe(plan: GenerationPlan, { pack: { manifest, packDigest }, provider }: GenerationJob) {
  return {
    frameCount: plan.frameCount, frameSize: plan.frameSize, frameRate: plan.frameRate,
    packVersion: manifest.version, packDigest, family: manifest.family,
    solver: manifest.schedule.solver, steps: plan.steps, shift: manifest.schedule.shift, guidanceScale: plan.guidanceScale, provider,
  }
}

function filesOf(files: Awaited<ReturnType<typeof writeTakeFiles>>, plan: GenerationPlan): Pick<GenerateResult, 'video' | 'latents' | 'thumbnail'> {
  return { video: files.video, thumbnail: files.thumbnail, latents: { stored: files.latents, shape: [...plan.shape] } }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

