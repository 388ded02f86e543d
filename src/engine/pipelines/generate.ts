/**
 * The way of every family from a request to the files of a take. A family is the six functions of `Family`; most of them
 * are the plain defaults that live beside this file, so that a family's own file says only what is its own (wan.ts).
 */
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { Clip } from '#core/planning/clips.ts'
import { framesOfLatent } from '#core/planning/latent-frames.ts'
import { mapToKnownWords } from '#core/prompt/lexicon.ts'
import type { FrameRange } from '#core/timeline/take-range.ts'
import { loadLexicon } from '../packs/lexicon.ts'
import type { Family } from './family.ts'
import type { GenerationOutcome, Pipeline, TakeJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { createSegmentMeasures } from './segment-measure.ts'
import { writeTakeFiles } from './take-files.ts'
import { takeFrames } from './take-frames.ts'
import { planTake } from './take-plan.ts'
import type { TakePlan } from './take-plan.ts'
import { startTakeRun } from './take-run.ts'
import type { TakeRun } from './take-run.ts'

export type { Family } from './family.ts'

/**
 * The pipeline of a family: makes the clips of a take one after the other and writes their pictures as they come.
 * Cancellation is heard between model runs. Throws INVALID_INPUT before anything is loaded, and what models, media tools and
 * files throw.
 */
export function generateWith(family: Family): Pipeline {
  return async (job) => {
    const { manifest } = job.pack
    const take = planTake(job.request, manifest)
    const plans = take.requests.map((request) => family.plan(request, manifest))
    const plan = plans[0] as GenerationPlan
    const text = await family.encodeText({ ...job, clip: { startFrame: 0, takeFrameCount: take.frameCount, known: null } }, plan)
    const run = await startTakeRun(family, job, take, plans, text)
    const files = await writeTake(job, take, run, plan)
    return { ...describe(job, plan), ...files, frameCount: take.frameCount, unknownWords: await unknownWords(job), secondsPerStep: median(run.stepMs) / 1000 }
  }
}

/** The first clip is made before the file is begun; those behind it while it is being written. */
async function writeTake(job: TakeJob, take: TakePlan, run: TakeRun, plan: GenerationPlan): Promise<Pick<GenerateResult, 'video' | 'latents' | 'thumbnail' | 'segments'>> {
  const { media, signal, progress, request } = job
  const clips = await begun(run.clips())
  const pictures = takeFrames({
    clips, nextOf: (clip) => take.clips[take.clips.indexOf(clip) + 1] ?? null,
    frameCount: take.frameCount, temporalCompression: take.temporalCompression, made: take.made,
    kept: isAllMade(take) ? null : ({ startFrame, endFrame }) => {
      const { videoFile, atFrame } = keptVideo(request, take, startFrame)
      return media.readVideoFrames(videoFile, { frameSize: plan.frameSize, startFrame: startFrame + atFrame, frameCount: endFrame - startFrame, signal })
    },
  })
  const measures = createSegmentMeasures(take.clips.length > 1 ? take.clips.map((clip, index) => madeFramesOf(clip, take.clips[index - 1], take)) : [], plan.frameSize)
  const files = await writeTakeFiles({
    folder: request.outputFolder, frames: measures.watch(pictures), frameCount: take.frameCount, frameSize: plan.frameSize, frameRate: plan.frameRate,
    latents: () => run.latents.data, media, signal,
    onFrame: () => {
      if (run.isSampled()) progress.advance()
    },
  })
  const segments = measures.results()
  return {
    video: files.video, thumbnail: files.thumbnail, latents: { stored: files.latents, shape: [...run.latents.shape] },
    ...(segments.length > 1 ? { segments: [...segments] } : {}),
  }
}

function isAllMade({ made: { startFrame, endFrame }, frameCount }: TakePlan): boolean {
  return startFrame === 0 && endFrame === frameCount
}

/** Where a frame that is not made comes from, and its frame there less its frame here. */
function keptVideo({ known }: GenerateRequest, { frameCount, made }: TakePlan, frame: number): { readonly videoFile: string; readonly atFrame: number } {
  if (known?.parent?.videoFile) return { videoFile: known.parent.videoFile, atFrame: -(known.parent.offsetFrames ?? 0) }
  if (known?.lead && frame < made.startFrame) return { videoFile: known.lead.videoFile, atFrame: known.lead.startFrame + known.lead.frameCount - 1 }
  if (known?.tail) return { videoFile: known.tail.videoFile, atFrame: known.tail.startFrame - (frameCount - 1) }
  throw new RangeError(`Frame ${frame} of the take comes from nowhere.`)
}

/** Runs a generator up to its first value, which is then the first that the result gives. */
async function begun<Value>(values: AsyncGenerator<Value, void, undefined>): Promise<AsyncIterable<Value>> {
  const first = await values.next()
  async function* all(): AsyncGenerator<Value, void, undefined> {
    if (first.done !== true) yield first.value
    yield* values
  }
  return all()
}

/** Frames that two clips made count for the earlier one. */
function madeFramesOf({ made }: Clip, before: Clip | undefined, { temporalCompression, made: { startFrame, endFrame } }: TakePlan): FrameRange {
  return {
    startFrame: Math.max(startFrame, framesOfLatent(before?.made.end ?? made.start, temporalCompression).startFrame),
    endFrame: Math.min(endFrame, framesOfLatent(made.end - 1, temporalCompression).endFrame),
  }
}

async function unknownWords({ request, pack }: TakeJob): Promise<string[]> {
  if (pack.files.lexicon === undefined) return []
  return [...mapToKnownWords(request.prompt, await loadLexicon(pack.files.lexicon)).unknownWords]
}

function describe({ pack: { manifest, packDigest }, provider }: TakeJob, plan: GenerationPlan): Omit<GenerationOutcome, 'video' | 'latents' | 'thumbnail' | 'frameCount' | 'unknownWords' | 'secondsPerStep'> {
  return {
    frameSize: plan.frameSize, frameRate: plan.frameRate,
    packVersion: manifest.version, packDigest, family: manifest.family,
    solver: manifest.schedule.solver, steps: plan.steps, shift: manifest.schedule.shift, guidanceScale: plan.guidanceScale, provider,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
