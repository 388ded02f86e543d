/** What a request's take is made of: the frames that are made anew, and the clips of the pack that make them. */
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import { clipsOf } from '#core/planning/clips.ts'
import type { Clip, LatentRange } from '#core/planning/clips.ts'
import { framesOfLatent, latentFramesOf, latentRangeOf } from '#core/planning/latent-frames.ts'
import type { FrameRange } from '#core/timeline/take-range.ts'
import { philox4x32 } from '../sampling/noise.ts'

type Given = NonNullable<GenerateRequest['known']>

/** Ten minutes at 30 frames a second: what one file and one progress bar should hold. */
const MAX_FRAMES = 18_000

export interface TakePlan {
  readonly frameCount: number
  readonly latentFrames: number
  readonly temporalCompression: number
  /** Frames that are made anew; the pictures of the others are the parent's. */
  readonly made: FrameRange
  /** Latent frames from the first that leads in to the last that leads out, counted in the take. */
  readonly all: LatentRange
  readonly clips: readonly Clip[]
  /** What each clip is asked for. */
  readonly requests: readonly GenerateRequest[]
}

/** Throws INVALID_INPUT where the pack cannot be given what the request gives. Counts that fit no pack are left to the family's plan. */
export function planTake(request: GenerateRequest, pack: PackManifest): TakePlan {
  checkGiven(request, pack)
  const { temporalCompression: step } = pack.latent
  const { frameCount } = request
  const isWhole = (frameCount - 1) % step === 0
  if (!isWhole || (frameCount > pack.frames.max && !pack.abilities.latentMask)) return asOneClip(request, step)
  if (frameCount > MAX_FRAMES) throw invalid(`A take of ${frameCount} frames is too long.`, `Choose at most ${MAX_FRAMES} frames, and continue in another shot.`)
  const latentFrames = latentFramesOf(frameCount, step)
  const all = {
    start: -latentFramesOf(request.known?.lead?.frameCount ?? 1, step) + 1,
    end: latentFrames + latentFramesOf(request.known?.tail?.frameCount ?? 1, step) - 1,
  }
  const unknown = unknownLatents(request, latentFrames, step)
  const clips = clipsOf({ unknown, all, minLatents: latentFramesOf(pack.frames.min, step), maxLatents: latentFramesOf(pack.frames.max, step) })
  const needsEncoder = clips.length > 1 || clips.some(({ start }) => start > all.start) || all.start < 0 || all.end > latentFrames
  if (needsEncoder && pack.components.vaeEncoder === undefined) throw invalid(`The pack "${pack.name}" has no encoder for pictures, which a clip that goes on from others needs.`, 'Choose a shorter shot, or a pack that can start from pictures.')
  return {
    frameCount, latentFrames, temporalCompression: step, all, clips, made: madeFrames(request, unknown, step),
    requests: clips.map((clip, index) => requestOfClip(request, clip, index, latentFrames, step)),
  }
}

/** Frame of the take at which a clip's own frame 0 lies; negative where it begins with what leads in. */
export function firstFrameOf(clip: Clip, temporalCompression: number): number {
  return clip.start * temporalCompression
}

function asOneClip(request: GenerateRequest, step: number): TakePlan {
  const latentFrames = Math.ceil(latentFramesOf(request.frameCount, step))
  const whole = { start: 0, end: latentFrames }
  return {
    frameCount: request.frameCount, latentFrames, temporalCompression: step, made: { startFrame: 0, endFrame: request.frameCount },
    all: whole, clips: [{ ...whole, made: whole }], requests: [request],
  }
}

/** The least run of latent frames that holds all that nothing is known of. */
function unknownLatents({ known, frameCount }: GenerateRequest, latentFrames: number, step: number): LatentRange {
  // What leads in or out brings the take's first or last picture, not the latent frame around it.
  // A single picture that leads out does bring the latent frame: it is taken for a moment at rest.
  const whole = { start: known?.lead ? 1 : 0, end: latentFrames - (known?.tail?.frameCount === 1 ? 1 : 0) }
  if (!known?.parent) return whole
  const { regenerate, shape, offsetFrames = 0 } = known.parent
  const range = latentRangeOf(regenerate, step)
  const offset = offsetFrames / step
  return {
    start: offset > 0 ? 0 : range.start,
    end: Math.max(range.end, offset + (shape[2] ?? 0) < latentFrames ? latentFramesOf(frameCount, step) : 0, offset > 0 ? offset + 1 : 0),
  }
}

/** Without the parent's video every picture comes from the decoder, but those of other takes with which this one begins and ends. */
function madeFrames({ known, frameCount }: GenerateRequest, unknown: LatentRange, step: number): FrameRange {
  if (!known?.parent?.videoFile) return { startFrame: known?.lead ? 1 : 0, endFrame: frameCount - (known?.tail ? 1 : 0) }
  const { offsetFrames = 0 } = known.parent
  const endFrame = framesOfLatent(unknown.end - 1, step).endFrame
  // The parent's frame 0 is the last of the latent frame before which it now stands.
  return { startFrame: framesOfLatent(unknown.start, step).startFrame, endFrame: offsetFrames > 0 ? Math.min(endFrame, Math.max(offsetFrames, known.parent.regenerate.endFrame)) : endFrame }
}

function requestOfClip(request: GenerateRequest, clip: Clip, index: number, latentFrames: number, step: number): GenerateRequest {
  const { known } = request
  return {
    ...request,
    frameCount: (clip.end - clip.start - 1) * step + 1,
    // Clips of one take must not share their noise; the first keeps the seed, so that a take of one clip is what it always was.
    seed: index === 0 ? request.seed : philox4x32([index, 0, 0, 1], [request.seed, SEED_TAG])[0],
    known: known === null ? null : {
      firstFrame: clip.start === 0 ? known.firstFrame : null,
      lastFrame: clip.end === latentFrames ? known.lastFrame : null,
      parent: null,
    },
  }
}

/** Second key word ("CLIP") of the seeds of later clips. */
const SEED_TAG = 0x434c4950

function checkGiven({ known, frameCount }: GenerateRequest, pack: PackManifest): void {
  if (known === null) return
  const { parent, lead, tail } = known
  const step = pack.latent.temporalCompression
  const wishes = [
    [parent !== null, 'make a part of a take anew'],
    [Boolean(lead), 'go on from several frames of another take'],
    [Boolean(tail), 'lead into several frames of another take'],
  ] as const
  const wish = wishes.find(([isAsked]) => isAsked)
  if (wish && !pack.abilities.latentMask) throw invalid(`The pack "${pack.name}" cannot ${wish[1]}.`, 'Remove that wish, or choose a pack that can.')
  if (parent) checkParent(parent, frameCount, step)
  for (const frames of [lead, tail]) {
    if (frames && (frames.frameCount - 1) % step !== 0) throw invalid(`${frames.frameCount} frames of another take are no whole latent frames.`, `Give ${step}k + 1 frames.`)
  }
}

function checkParent({ regenerate: { startFrame, endFrame }, offsetFrames = 0 }: NonNullable<Given['parent']>, frameCount: number, step: number): void {
  if (endFrame <= startFrame || endFrame > frameCount) {
    throw invalid(`Frames ${startFrame} to ${endFrame} are not a range of a take of ${frameCount} frames.`, `Choose a range within 0 to ${frameCount}.`)
  }
  if (offsetFrames % step !== 0) throw invalid(`A take cannot begin ${offsetFrames} frames into another.`, `Choose a multiple of ${step} frames.`)
}

function invalid(message: string, remedy: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy })
}
