/**
 * The pictures of a take, in order and one at a time: those of a parent where they are kept, those of the clips where they
 * were made, joined without a step (docs/operations.md has the formulas).
 */
import type { Clip } from '#core/planning/clips.ts'
import { framesOfLatent } from '#core/planning/latent-frames.ts'
import type { FrameRange } from '#core/timeline/take-range.ts'
import type { Rgb24 } from '../media-port.ts'
import { firstFrameOf } from './take-plan.ts'
import { toRgb24 } from './vae.ts'
import type { DecodedClip } from './vae.ts'

export interface SampledClip {
  readonly clip: Clip
  readonly decoded: DecodedClip
}

export interface TakeFramesInput {
  readonly clips: AsyncIterable<SampledClip>
  /** The clip behind each one; null behind the last. */
  readonly nextOf: (clip: Clip) => Clip | null
  readonly frameCount: number
  readonly temporalCompression: number
  readonly made: FrameRange
  /** The pictures of frames that are not made, by frames of the new take; null where all are made. */
  readonly kept: ((range: FrameRange) => AsyncIterable<Rgb24>) | null
}

export async function* takeFrames(input: TakeFramesInput): AsyncGenerator<Rgb24, void, undefined> {
  const { clips, nextOf, frameCount, temporalCompression: step, made, kept } = input
  const before = yield* keptFrames(kept, { startFrame: 0, endFrame: made.startFrame })
  /** What the clip before showed of the frames from `cursor` on. */
  let overlap: readonly Rgb24[] = []
  let cursor = made.startFrame
  for await (const { clip, decoded } of clips) {
    const origin = firstFrameOf(clip, step)
    const next = nextOf(clip)
    const picture = (frame: number): Rgb24 => toRgb24(decoded, frame - origin)
    const isInside = (frame: number): boolean => frame >= origin && frame - origin < decoded.frameCount
    const left = before && isInside(made.startFrame - 1) ? offsetOf(before, picture(made.startFrame - 1)) : null
    const after = next === null && kept !== null && made.endFrame < frameCount ? await firstOf(kept({ startFrame: made.endFrame, endFrame: made.endFrame + 1 })) : null
    const right = after && isInside(made.endFrame) ? offsetOf(after, picture(made.endFrame)) : null
    const start = cursor
    const end = next === null ? made.endFrame : Math.max(cursor, firstFrameOf(next, step))
    // What both clips made is faded; where only given latents overlap, those are.
    const madeStart = framesOfLatent(clip.made.start, step).startFrame
    const fadeStart = madeStart < start + overlap.length ? madeStart : start
    for (let frame = start; frame < end; frame++) {
      const shared = overlap[frame - start]
      const own = shared === undefined ? picture(frame) : crossFade(shared, picture(frame), fadeWeight(frame, fadeStart, start + overlap.length))
      yield faded(faded(own, left, frame - made.startFrame, made, step), right, made.endFrame - 1 - frame, made, step)
    }
    cursor = end
    overlap = next === null ? [] : Array.from({ length: origin + decoded.frameCount - end }, (_, index) => picture(end + index).slice())
  }
  yield* keptFrames(kept, { startFrame: made.endFrame, endFrame: frameCount })
}

/** Returns the last picture of the range. */
async function* keptFrames(kept: TakeFramesInput['kept'], range: FrameRange): AsyncGenerator<Rgb24, Rgb24 | null, undefined> {
  let last: Rgb24 | null = null
  if (kept === null || range.endFrame <= range.startFrame) return last
  for await (const picture of kept(range)) {
    last = picture
    yield picture
  }
  return last
}

async function firstOf(pictures: AsyncIterable<Rgb24>): Promise<Rgb24 | null> {
  for await (const picture of pictures) return picture
  return null
}

/** From nothing before `fadeStart` to almost all in the last shared frame. */
function fadeWeight(frame: number, fadeStart: number, overlapEnd: number): number {
  return Math.max(0, (frame - fadeStart + 1) / (overlapEnd - fadeStart + 1))
}

/** `later` at weight 1, `earlier` at weight 0. */
function crossFade(earlier: Rgb24, later: Rgb24, weight: number): Rgb24 {
  return later.map((value, index) => Math.round((earlier[index] as number) * (1 - weight) + value * weight))
}

/** By how much a kept picture differs from what the decoder makes of the same frame. */
function offsetOf(keptPicture: Rgb24, decodedPicture: Rgb24): Int16Array {
  return Int16Array.from(keptPicture, (value, index) => value - (decodedPicture[index] as number))
}

/** A picture `distance` frames into what was made, moved towards the kept picture beside it: wholly before it, not at all one latent frame in. */
function faded(picture: Rgb24, offset: Int16Array | null, distance: number, made: FrameRange, step: number): Rgb24 {
  const reach = Math.min(step, Math.floor((made.endFrame - made.startFrame) / 2))
  if (offset === null || distance >= reach) return picture
  const weight = 1 - (distance + 1) / (reach + 1)
  return picture.map((value, index) => Math.min(255, Math.max(0, Math.round(value + weight * (offset[index] as number)))))
}
