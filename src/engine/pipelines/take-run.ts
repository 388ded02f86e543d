/** Makes the clips of a take, one after the other: what each is given, its steps, its checkpoints and its pictures. */
import type { Rgb24 } from '../media-port.ts'
import { elementCount } from '../sampling/latents.ts'
import { gaussianNoise } from '../sampling/noise.ts'
import { sample } from '../sampling/sample.ts'
import { checkpointKey, createCheckpoints, NO_CHECKPOINTS } from './checkpoint.ts'
import type { Checkpoints } from './checkpoint.ts'
import type { Preparation, TextConditions } from './conditions.ts'
import type { Family } from './family.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob, TakeJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { createStepPreviews, previewGraph } from './step-previews.ts'
import type { SampledClip } from './take-frames.ts'
import { createTakeLatents } from './take-latents.ts'
import type { TakeLatents } from './take-latents.ts'
import { firstFrameOf } from './take-plan.ts'
import type { TakePlan } from './take-plan.ts'
import { toRgb24 } from './vae.ts'

export interface TakeRun {
  /** Each clip when it is made and decoded; it holds until the next is asked for. */
  clips(): AsyncGenerator<SampledClip, void, undefined>
  readonly latents: TakeLatents
  /** Milliseconds of each step, those of an earlier run included. */
  readonly stepMs: readonly number[]
  /** True once the last clip is there. */
  isSampled(): boolean
}

/** Begins the stage 'loading', and in `clips` the stages up to 'writing'. */
export async function startTakeRun(family: Family, job: TakeJob, take: TakePlan, plans: readonly GenerationPlan[], text: TextConditions): Promise<TakeRun> {
  job.progress.begin('loading', 1)
  const latents = await createTakeLatents(job, plans[0] as GenerationPlan, take)
  const checkpoints = await openCheckpoints(job, take.clips.length > 1 || job.request.known !== null)
  const stepMs: number[] = []
  let isSampled = false

  async function* clips(): AsyncGenerator<SampledClip, void, undefined> {
    let startPicture: Rgb24 | null = take.clips[0]!.start > take.all.start ? await keptPicture(job, plans[0] as GenerationPlan, firstFrameOf(take.clips[0]!, take.temporalCompression)) : null
    for (const [index, clip] of take.clips.entries()) {
      const plan = plans[index] as GenerationPlan
      const isLast = index === take.clips.length - 1
      const clipJob: GenerationJob = {
        ...job, request: take.requests[index]!, progress: isLast ? job.progress : quiet(job),
        clip: { startFrame: firstFrameOf(clip, take.temporalCompression), takeFrameCount: take.frameCount, known: await latents.knownFor(clip, startPicture),
          lead: job.request.known?.lead ?? null, tail: job.request.known?.tail ?? null,
        },
      }
      const made = await makeClip(clipJob, plan, index, isLast)
      latents.add(clip, made)
      if (isLast) job.progress.begin('decoding', 1)
      const decoded = await family.decode(clipJob, plan, made)
      throwIfCancelled(job.signal)
      if (isLast) {
        isSampled = true
        job.progress.begin('writing', take.frameCount)
      } else {
        startPicture = toRgb24(decoded, firstFrameOf(take.clips[index + 1]!, take.temporalCompression) - firstFrameOf(clip, take.temporalCompression)).slice()
      }
      yield { clip, decoded }
    }
  }

  /** The clip's latents: those of an earlier run where they were finished, else from the last checkpoint on. */
  async function makeClip(clipJob: GenerationJob, plan: GenerationPlan, index: number, isLast: boolean): Promise<Float32Array> {
    const finished = await checkpoints.finished(index)
    if (finished !== null) {
      if (index === 0) job.progress.begin('sampling', plan.steps * take.clips.length)
      job.progress.skip(plan.steps)
      stepMs.push(...finished.stepMs)
      return finished.latents
    }
    const preparation = await family.prepare(clipJob, plan)
    const made = await sampleClip(clipJob, plan, preparation, index)
    stepMs.push(...made.stepMs)
    if (!isLast) await checkpoints.finish(index, made)
    return made.latents
  }

  async function sampleClip(clipJob: GenerationJob, plan: GenerationPlan, preparation: Preparation, index: number): Promise<{ latents: Float32Array; stepMs: readonly number[] }> {
    const { pack, media, signal, now } = job
    const velocity = await family.velocity(clipJob, plan, text, preparation)
    const preview = createStepPreviews({
      pack: pack.manifest, shape: plan.shape, media, openVaeDecoder: () => job.openIfRoom(previewGraph(pack.manifest)), folder: job.previewFolder, now, emit: job.onPreview,
      latentFrame: Math.max(0, preparation.known?.mask.indexOf(false) ?? 0), earlierSteps: index * plan.steps, allSteps: take.clips.length * plan.steps,
    })
    const resume = await checkpoints.underWay(index)
    const ownStepMs = [...(resume?.stepMs ?? [])]
    if (index === 0) job.progress.begin('sampling', plan.steps * take.clips.length)
    if (resume !== null) job.progress.skip(resume.index)
    const latents = await sample({
      shape: plan.shape, velocity, schedule: family.solver(clipJob, plan), guidance: { scale: plan.guidanceScale, lowNoise: plan.lowNoise, dynamicSteps: plan.dynamicSteps }, known: preparation.known,
      noise: gaussianNoise(elementCount(plan.shape), { seed: clipJob.request.seed }), signal, now, resume,
      onStep: async (step) => {
        ownStepMs.push(step.milliseconds)
        job.progress.advance()
        await preview(step)
        await checkpoints.offer(index, step.state, ownStepMs)
      },
    })
    return { latents, stepMs: ownStepMs }
  }

  return { clips, latents, stepMs, isSampled: () => isSampled }
}

async function openCheckpoints({ request, pack, provider, runtime, vaeTiles, now, checkpointIntervalMs }: TakeJob, isVaeDeciding: boolean): Promise<Checkpoints> {
  if (request.checkpointFile == null) return NO_CHECKPOINTS
  const key = await checkpointKey({ request, packDigest: pack.packDigest, manifest: pack.manifest, provider, runtime, vaeTiles: isVaeDeciding ? vaeTiles : null })
  return createCheckpoints({ file: request.checkpointFile, key, now, intervalMs: checkpointIntervalMs })
}

/** The picture on which a clip starts that begins within its parent, or within what leads in where that is longer than the clip has room for. */
async function keptPicture(job: TakeJob, { frameSize }: GenerationPlan, frame: number): Promise<Rgb24> {
  const { parent, lead } = job.request.known!
  const { videoFile, atFrame } = lead ? { videoFile: lead.videoFile, atFrame: lead.startFrame + lead.frameCount - 1 } : { videoFile: parent!.videoFile!, atFrame: -(parent!.offsetFrames ?? 0) }
  for await (const picture of job.media.readVideoFrames(videoFile, { frameSize, startFrame: frame + atFrame, frameCount: 1, signal: job.signal })) return picture
  throw new RangeError(`${videoFile} has no frame ${frame + atFrame}.`)
}

/** Between the steps of two clips there is nothing to count, only to show that work goes on. */
function quiet({ progress }: TakeJob): GenerationJob['progress'] {
  return { ...progress, begin: () => progress.touch(), advance: () => progress.touch() }
}
