/** How frames and latent frames answer each other: latent frame 0 is frame 0 alone, latent frame i ≥ 1 is frames t(i - 1) + 1 … ti. */

/** Frames of a take, end exclusive. */
export interface FrameRange {
  readonly startFrame: number
  readonly endFrame: number
}

/** Latent frames of a clip of `frameStep` × k + 1 frames: k + 1. */
export function latentFramesOf(frameCount: number, frameStep: number): number {
  return (frameCount - 1) / frameStep + 1
}

/** Frames that one latent frame covers. */
export function framesOfLatent(latentFrame: number, frameStep: number): FrameRange {
  if (latentFrame === 0) return { startFrame: 0, endFrame: 1 }
  return { startFrame: frameStep * (latentFrame - 1) + 1, endFrame: frameStep * latentFrame + 1 }
}

/** The latent frame that holds a frame. */
export function latentOfFrame(frame: number, frameStep: number): number {
  return Math.ceil(frame / frameStep)
}

/** Latent frames (end exclusive) that a range of frames touches. */
export function latentRangeOf({ startFrame, endFrame }: FrameRange, frameStep: number): { readonly start: number; readonly end: number } {
  return { start: latentOfFrame(startFrame, frameStep), end: latentOfFrame(endFrame - 1, frameStep) + 1 }
}

/** The range widened to whole latent frames: the least that can be made anew. */
export function wholeLatentRange(range: FrameRange, frameStep: number): FrameRange {
  const { start, end } = latentRangeOf(range, frameStep)
  return { startFrame: framesOfLatent(start, frameStep).startFrame, endFrame: framesOfLatent(end - 1, frameStep).endFrame }
}
