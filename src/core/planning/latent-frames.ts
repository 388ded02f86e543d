/** How frames and latent frames answer each other: latent frame 0 is frame 0 alone, latent frame i ≥ 1 is frames t(i - 1) + 1 … ti. */
import type { FrameRange } from '../timeline/take-range.ts'

/** Latent frames of a clip of `frameStep` × k + 1 frames: k + 1. */
export function latentFramesOf(frameCount: number, frameStep: number): number {
  return (frameCount - 1) / frameStep + 1
}

/** Frames that one latent frame covers. */
export function framesOfLatent(latentFrame: number, frameStep: number): FrameRange {
  if (latentFrame === 0) return { startFrame: 0, endFrame: 1 }
  return { startFrame: frameStep * (latentFrame - 1) + 1, endFrame: frameStep * latentFrame + 1 }
}

/** Latent frames (end exclusive) that a range of frames touches. */
export function latentRangeOf({ startFrame, endFrame }: FrameRange, frameStep: number): { readonly start: number; readonly end: number } {
  return { start: Math.ceil(startFrame / frameStep), end: Math.ceil((endFrame - 1) / frameStep) + 1 }
}
