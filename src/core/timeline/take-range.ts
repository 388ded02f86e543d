/** Ranges inside a take: which whole latent frames they cover, and where they lie on the timeline. */
import type { FrameRate, Shot, Take } from '../document/schema.ts'
import { convertFrames } from './time.ts'

/** Frames, end exclusive. */
export interface FrameRange {
  readonly startFrame: number
  readonly endFrame: number
}

/**
 * Frames that one latent frame of the take stands for; its first latent frame always stands for one alone. Null where the
 * take kept no latents: then no part of it can be made anew.
 */
export function latentStepOf(take: Pick<Take, 'frameCount' | 'latents'>): number | null {
  const count = take.latents?.shape[2]
  if (count === undefined) return null
  if (count <= 1) return take.frameCount
  const step = (take.frameCount - 1) / (count - 1)
  return Number.isInteger(step) ? step : null
}

/** The smallest run of whole latent frames that holds the range, kept inside the take; at least one. */
export function snapToLatentFrames(range: FrameRange, frameCount: number, step: number): FrameRange {
  const first = Math.max(0, Math.min(frameCount - 1, range.startFrame))
  const last = Math.max(first, Math.min(frameCount - 1, range.endFrame - 1))
  return { startFrame: firstFrameOf(latentOf(first, step), step), endFrame: Math.min(frameCount, firstFrameOf(latentOf(last, step) + 1, step)) }
}

/** The range with one edge moved by whole latent frames; the other edge stays, and one latent frame always remains. */
export function moveEdge(range: FrameRange, edge: 'start' | 'end', latentFrames: number, frameCount: number, step: number): FrameRange {
  const first = latentOf(range.startFrame, step)
  const last = latentOf(range.endFrame - 1, step)
  const mostLatent = latentOf(frameCount - 1, step)
  const moved = edge === 'start'
    ? { first: Math.max(0, Math.min(last, first + latentFrames)), last }
    : { first, last: Math.max(first, Math.min(mostLatent, last + latentFrames)) }
  return { startFrame: firstFrameOf(moved.first, step), endFrame: Math.min(frameCount, firstFrameOf(moved.last + 1, step)) }
}

/** How many latent frames a range of whole ones has. */
export function latentFramesIn(range: FrameRange, step: number): number {
  return latentOf(range.endFrame - 1, step) - latentOf(range.startFrame, step) + 1
}

/** Where a range of a take's own frames lies on the sequence, whose shot begins at `shotStartFrame`; may reach beyond the shot. */
export function onTimeline(range: FrameRange, take: Pick<Take, 'frameRate'>, shot: Pick<Shot, 'trimStartFrames'>, shotStartFrame: number, projectRate: FrameRate): FrameRange {
  const place = (frame: number): number => shotStartFrame - shot.trimStartFrames + convertFrames(frame, take.frameRate, projectRate, 'ceil')
  return { startFrame: place(range.startFrame), endFrame: place(range.endFrame) }
}

/** What two ranges share; null where nothing. */
export function overlapOf(one: FrameRange, other: FrameRange): FrameRange | null {
  const startFrame = Math.max(one.startFrame, other.startFrame)
  const endFrame = Math.min(one.endFrame, other.endFrame)
  return startFrame < endFrame ? { startFrame, endFrame } : null
}

function latentOf(frame: number, step: number): number {
  return frame === 0 ? 0 : Math.floor((frame - 1) / step) + 1
}

function firstFrameOf(latent: number, step: number): number {
  return latent === 0 ? 0 : (latent - 1) * step + 1
}
