/** Pixels and frames of the timeline, and which frames are in view. */
import type { FrameRate } from '#core/document/schema.ts'

/** Room left of the first frame, so that the playhead's head is whole there; timeline.css knows it too. */
export const CONTENT_INSET = 10
/** Space after the last frame, so that its edge can be dragged outwards. */
export const TAIL_PIXELS = 160
/** The view is followed in blocks, so that scrolling renders again only when a block is crossed. */
const BLOCK_PIXELS = 400

export interface View {
  readonly startFrame: number
  readonly endFrame: number
}

export function pixelsPerFrame(pixelsPerSecond: number, rate: FrameRate): number {
  return (pixelsPerSecond * rate.den) / rate.num
}

/** The frames in view with a block more on both sides. */
export function viewOf(scrollLeft: number, width: number, perFrame: number): View {
  const left = (Math.floor(scrollLeft / BLOCK_PIXELS) - 1) * BLOCK_PIXELS
  const right = (Math.ceil((scrollLeft + width) / BLOCK_PIXELS) + 1) * BLOCK_PIXELS
  return { startFrame: Math.max(0, Math.floor(left / perFrame)), endFrame: Math.ceil(right / perFrame) }
}

/** Distance between labelled marks of the ruler: a round number of seconds or frames that leaves room for a timecode. */
export function rulerStepFrames(perFrame: number, rate: FrameRate): number {
  const second = Math.max(1, Math.round(rate.num / rate.den))
  const steps = [1, 2, 5, 10, second, 2 * second, 5 * second, 10 * second, 30 * second, 60 * second, 300 * second, 600 * second]
  return steps.find((step) => (step === second || step % second === 0 || step < second) && step * perFrame >= LABEL_PIXELS) ?? 1_800 * second
}

const LABEL_PIXELS = 92
