/** The latents of a take while it is made: what is known of them from the start, what clips add, and what each clip is given. */
import type { GenerateRequest } from '#contracts/engine-api.ts'
import { StudioError } from '#core/errors.ts'
import type { Clip } from '#core/planning/clips.ts'
import { framesOfLatent, latentRangeOf } from '#core/planning/latent-frames.ts'
import type { Rgb24 } from '../media-port.ts'
import type { KnownLatents } from '../sampling/known-latents.ts'
import { copyFrame, elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'
import { encodePicture, encodePictures } from './encode-pictures.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { readLatents } from './known-frames.ts'
import type { TakePlan } from './take-plan.ts'

export interface TakeLatents {
  /** Normalised, [1, C, F', H', W'] of the whole take. */
  readonly data: Float32Array
  readonly shape: LatentShape
  /** What a clip is given. `startPicture`: the picture of the clip's frame 0, for clips that begin within the take. */
  knownFor(clip: Clip, startPicture: Rgb24 | null): Promise<KnownLatents | null>
  /** Takes over what a clip made. */
  add(clip: Clip, latents: Float32Array): void
}

type Known = NonNullable<GenerateRequest['known']>

/** Reads the parent's latents and encodes what leads in and out. Throws MEDIA_MISSING, MEDIA_CORRUPT or INVALID_INPUT. */
export async function createTakeLatents(job: Omit<GenerationJob, 'clip'>, plan: GenerationPlan, take: TakePlan): Promise<TakeLatents> {
  const [, channels, , height, width] = plan.shape
  const shape: LatentShape = [1, channels, take.latentFrames, height, width]
  const data = new Float32Array(elementCount(shape))
  const isKnown = Array.from({ length: take.latentFrames }, () => false)
  const { known } = job.request
  if (known?.parent) await keepParent(known.parent, take, data, shape, isKnown)
  const isKept = [...isKnown]
  const lead = known?.lead ? await encodeVideo(job, plan, known.lead) : null
  const tail = known?.tail && known.tail.frameCount > 1 ? await encodeVideo(job, plan, known.tail) : null
  if (known?.tail?.frameCount === 1) {
    const { pictures } = await encodeVideo(job, plan, known.tail)
    copyFrame(await encodePicture(job, plan, pictures[0] as Rgb24, 'later'), [1, channels, 1, height, width], 0, data, shape, take.latentFrames - 1)
    isKnown[take.latentFrames - 1] = true
  }
  if (lead) {
    // On its own the take begins with a picture, as every clip does.
    copyFrame(await encodePicture(job, plan, lead.pictures.at(-1) as Rgb24, 'first'), [1, channels, 1, height, width], 0, data, shape, 0)
  }

  function sourceOf(latent: number): { readonly from: Float32Array; readonly shape: LatentShape; readonly frame: number } | null {
    if (lead && latent <= 0) return { from: lead.latents, shape: lead.shape, frame: latent - take.all.start }
    if (tail && latent >= take.latentFrames) return { from: tail.latents, shape: tail.shape, frame: latent - take.latentFrames + 1 }
    return isKnown[latent] === true ? { from: data, shape, frame: latent } : null
  }

  return {
    data, shape,
    async knownFor(clip, startPicture) {
      const clipShape: LatentShape = [1, channels, clip.end - clip.start, height, width]
      const latents = new Float32Array(elementCount(clipShape))
      const mask = Array.from({ length: clipShape[2] }, () => false)
      for (let latent = clip.start; latent < clip.end; latent++) {
        // What the clip before made and this one makes again is not given.
        const isRemade = latent >= clip.made.start && latent < clip.made.end && isKept[latent] !== true
        const source = isRemade || (latent === clip.start && latent > take.all.start) ? null : sourceOf(latent)
        if (source === null) continue
        copyFrame(source.from, source.shape, source.frame, latents, clipShape, latent - clip.start)
        mask[latent - clip.start] = true
      }
      if (startPicture !== null) {
        copyFrame(await encodePicture(job, plan, startPicture, 'first'), [1, channels, 1, height, width], 0, latents, clipShape, 0)
        mask[0] = true
      }
      return mask.includes(true) ? { latents, mask } : null
    },
    add(clip, latents) {
      const clipShape: LatentShape = [1, channels, clip.end - clip.start, height, width]
      for (let latent = clip.made.start; latent < clip.made.end; latent++) {
        if (isKept[latent] === true) continue
        copyFrame(latents, clipShape, latent - clip.start, data, shape, latent)
        isKnown[latent] = true
      }
    },
  }
}

/** A latent frame is kept where none of its frames is to be made anew. Parents may be shorter: what they lack is generated. */
async function keepParent(parent: NonNullable<Known['parent']>, take: TakePlan, data: Float32Array, shape: LatentShape, isKnown: boolean[]): Promise<void> {
  const parentShape = parent.shape as unknown as LatentShape
  checkParentShape(parentShape, shape)
  const latents = await readLatents(parent.latentsFile, parentShape)
  const { temporalCompression: step } = take
  const offset = (parent.offsetFrames ?? 0) / step
  const anew = latentRangeOf(parent.regenerate, step)
  // Behind other frames, the parent's first latent frame would stand for one frame where four are due.
  for (let frame = offset > 0 ? 1 : 0; frame < parentShape[2] && frame + offset < take.latentFrames; frame++) {
    const latent = frame + offset
    if (latent >= anew.start && latent < anew.end && framesOfLatent(latent, step).startFrame < parent.regenerate.endFrame) continue
    copyFrame(latents, parentShape, frame, data, shape, latent)
    isKnown[latent] = true
  }
}

async function encodeVideo(job: Omit<GenerationJob, 'clip'>, plan: GenerationPlan, { videoFile, startFrame, frameCount }: NonNullable<Known['lead']>): Promise<{ pictures: Rgb24[]; latents: Float32Array; shape: LatentShape }> {
  const pictures: Rgb24[] = []
  for await (const picture of job.media.readVideoFrames(videoFile, { frameSize: plan.frameSize, startFrame, frameCount, signal: job.signal })) pictures.push(picture)
  if (pictures.length !== frameCount) {
    throw new StudioError({ code: 'MEDIA_CORRUPT', message: `The video ${videoFile} ends before frame ${startFrame + frameCount}.`, remedy: 'Choose another take, or generate that shot again.' })
  }
  return { pictures, ...await encodePictures(job, plan, pictures) }
}

function checkParentShape(parent: LatentShape, shape: LatentShape): void {
  if (parent[1] === shape[1] && parent[3] === shape[3] && parent[4] === shape[4]) return
  throw new StudioError({
    code: 'INVALID_INPUT',
    message: `The parent take's latents (${parent.join(' x ')}) do not fit this clip (${shape.join(' x ')}): it was made by another pack or at another size.`,
    remedy: 'Generate the shot with the pack and at the size of its parent take, or make it wholly anew.',
  })
}
