/** How much of a take is shown to the clip that goes on from it, or leads into it. */
import type { FrameRate, Shot, Take } from '../document/schema.ts'
import { convertFrames, isSameRate } from '../timeline/time.ts'
import type { FrameRange } from '../timeline/take-range.ts'
import { CONTEXT_LATENTS } from './clips.ts'
import type { PackFacts } from './pack-facts.ts'

type ContinuingPack = Pick<PackFacts, 'frameRate' | 'frameStep' | 'maxFrames' | 'abilities'>

/**
 * How many of a take's `available` frames are given to a clip of `frameCount` frames of its own: frameStep × k + 1 with k at
 * most CONTEXT_LATENTS. One where the pack takes single pictures only, where the take runs at another rate (its motion would
 * be too fast or too slow), or where the clip has no room.
 */
export function contextFrames(take: Pick<Take, 'frameRate'>, available: number, pack: ContinuingPack, frameCount: number): number {
  if (!pack.abilities.latentMask || !isSameRate(take.frameRate, pack.frameRate)) return 1
  const room = frameCount > pack.maxFrames ? CONTEXT_LATENTS : Math.floor((pack.maxFrames - frameCount) / pack.frameStep)
  return pack.frameStep * Math.max(0, Math.min(CONTEXT_LATENTS, room, Math.floor((available - 1) / pack.frameStep))) + 1
}

/**
 * Frames of a bridge's take with `asked` new frames between the pictures of its neighbours: frameStep × k + 1, at least two
 * latent frames behind the first, and with what is given to it beside its own (`contextOf`) no shorter than the pack's clips.
 */
export function bridgeFrameCount(asked: number, { frameStep, minFrames }: Pick<PackFacts, 'frameStep' | 'minFrames'>, contextOf: (frameCount: number) => number): number {
  const frameCount = Math.max(2, Math.ceil((asked + 1) / frameStep)) * frameStep + 1
  return frameCount + contextOf(frameCount) >= minFrames ? frameCount : minFrames
}

/** The frames of its take that a shot shows, at the take's rate. */
export function shownFrames(shot: Pick<Shot, 'trimStartFrames' | 'durationFrames'>, take: Pick<Take, 'frameCount' | 'frameRate'>, projectRate: FrameRate): FrameRange {
  const startFrame = Math.min(take.frameCount - 1, convertFrames(shot.trimStartFrames, projectRate, take.frameRate, 'floor'))
  const lastFrame = convertFrames(Math.max(0, shot.trimStartFrames + shot.durationFrames - 1), projectRate, take.frameRate, 'floor')
  return { startFrame, endFrame: Math.max(startFrame + 1, Math.min(take.frameCount, lastFrame + 1)) }
}
