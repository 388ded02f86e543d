/**
 * The way of every family from a request to the files of a take. A family is the six functions of `Family`; most of them
 * are the plain defaults that live beside this file, so that a family's own file says only what is its own (wan.ts).
 */
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { mapToKnownWords } from '#core/prompt/lexicon.ts'
import { loadLexicon } from '../packs/lexicon.ts'
import { elementCount } from '../sampling/latents.ts'
import { gaussianNoise } from '../sampling/noise.ts'
import { sample } from '../sampling/sample.ts'
import type { Solver } from '../sampling/solver.ts'
import type { Preparation, TextConditions } from './conditions.ts'
import type { Velocity } from './denoiser.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob, GenerationOutcome, Pipeline } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { createStepPreviews } from './step-previews.ts'
import { writeTakeFiles } from './take-files.ts'
import type { DecodedClip } from './vae.ts'

/** Called in this order. What one opens may be let go when the next opens another graph: hold no session across them. */
export interface Family {
  /** Default: `planGeneration`. Throws INVALID_INPUT or MODEL_UNSUPPORTED; nothing is loaded yet. */
  readonly plan: (request: GenerateRequest, pack: PackManifest) => GenerationPlan
  /** Default: `encodeText`, one encoder. Begins the stage 'encoding-text'. */
  readonly encodeText: (job: GenerationJob, plan: GenerationPlan) => Promise<TextConditions>
  /** Known latents, and pictures and cameras as inputs of the transformer. Default for the first: `prepareKnown`. */
  readonly prepare: (job: GenerationJob, plan: GenerationPlan) => Promise<Preparation>
  /** Default: `scheduleOf`, by the pack's schedule. */
  readonly solver: (job: GenerationJob, plan: GenerationPlan) => Solver
  /** Default: `transformerVelocity`, one transformer. */
  readonly velocity: (job: GenerationJob, plan: GenerationPlan, text: TextConditions, preparation: Preparation) => Promise<Velocity>
  /** Normalised latents -> frames. Default: `decodeClip`. */
  readonly decode: (job: GenerationJob, plan: GenerationPlan, latents: Float32Array) => Promise<DecodedClip>
}

/**
 * The pipeline of a family. Cancellation is heard between model runs.
 * Throws INVALID_INPUT before anything is loaded, and what models, media tools and files throw.
 */
export function generateWith(family: Family): Pipeline {
  return async (job) => {
    const plan = family.plan(job.request, job.pack.manifest)
    const text = await family.encodeText(job, plan)
    job.progress.begin('loading', 1)
    const preparation = await family.prepare(job, plan)
    const { latents, stepMs } = await sampleLatents(family, job, plan, text, preparation)
    job.progress.begin('decoding', 1)
    const clip = await family.decode(job, plan, latents)
    throwIfCancelled(job.signal)
    return { ...describe(job, plan), ...await writeFiles(job, plan, latents, clip), unknownWords: await unknownWords(job), secondsPerStep: median(stepMs) / 1000 }
  }
}

async function sampleLatents(family: Family, job: GenerationJob, plan: GenerationPlan, text: TextConditions, preparation: Preparation): Promise<{ latents: Float32Array; stepMs: readonly number[] }> {
  const velocity = await family.velocity(job, plan, text, preparation)
  const preview = createStepPreviews({
    pack: job.pack.manifest, shape: plan.shape, media: job.media, openVaeDecoder: () => job.openIfRoom('vaeDecoder'), folder: job.previewFolder, now: job.now, emit: job.onPreview,
  })
  const stepMs: number[] = []
  job.progress.begin('sampling', plan.steps)
  const latents = await sample({
    shape: plan.shape, velocity, schedule: family.solver(job, plan), guidance: { scale: plan.guidanceScale, lowNoise: plan.lowNoise }, known: preparation.known,
    noise: gaussianNoise(elementCount(plan.shape), { seed: job.request.seed }), signal: job.signal, now: job.now,
    onStep: async (step) => {
      stepMs.push(step.milliseconds)
      job.progress.advance()
      await preview(step)
    },
  })
  return { latents, stepMs }
}

async function writeFiles(job: GenerationJob, plan: GenerationPlan, latents: Float32Array, clip: DecodedClip): Promise<Pick<GenerateResult, 'video' | 'latents' | 'thumbnail'>> {
  job.progress.begin('writing', clip.frameCount)
  const files = await writeTakeFiles({
    folder: job.request.outputFolder, clip, frameRate: plan.frameRate, latents, media: job.media, onFrame: job.progress.advance, signal: job.signal,
  })
  return { video: files.video, thumbnail: files.thumbnail, latents: { stored: files.latents, shape: [...plan.shape] } }
}

async function unknownWords({ request, pack }: GenerationJob): Promise<string[]> {
  if (pack.files.lexicon === undefined) return []
  return [...mapToKnownWords(request.prompt, await loadLexicon(pack.files.lexicon)).unknownWords]
}

function describe({ pack: { manifest, packDigest }, provider }: GenerationJob, plan: GenerationPlan): Omit<GenerationOutcome, 'video' | 'latents' | 'thumbnail' | 'unknownWords' | 'secondsPerStep'> {
  return {
    frameCount: plan.frameCount, frameSize: plan.frameSize, frameRate: plan.frameRate,
    packVersion: manifest.version, packDigest, family: manifest.family,
    solver: manifest.schedule.solver, steps: plan.steps, shift: manifest.schedule.shift, guidanceScale: plan.guidanceScale, provider,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
