/** How long generating should take, from what this machine measured. */
import type { Shot } from '../document/schema.ts'
import { clipsOf } from './clips.ts'
import { latentFramesOf } from './latent-frames.ts'
import type { PackFacts } from './pack-facts.ts'

/** Seconds of sampling for one take of so many clips; null before the pack has run here once: a guess would mislead. */
export function estimateSeconds(shot: Pick<Shot, 'overrides'>, pack: Pick<PackFacts, 'steps' | 'secondsPerStep'>, clipCount = 1): number | null {
  return pack.secondsPerStep === null ? null : (shot.overrides.steps ?? pack.steps) * pack.secondsPerStep * clipCount
}

/** The clips that a take of so many frames is chained from; `leadFrames`: given to it before its own first frame. */
export function clipCountOf(frameCount: number, pack: Pick<PackFacts, 'minFrames' | 'maxFrames' | 'frameStep'>, leadFrames = 0): number {
  const unknown = { start: 0, end: latentFramesOf(frameCount, pack.frameStep) }
  return clipsOf({
    unknown, all: { start: -Math.floor(leadFrames / pack.frameStep), end: unknown.end },
    minLatents: latentFramesOf(pack.minFrames, pack.frameStep), maxLatents: latentFramesOf(pack.maxFrames, pack.frameStep),
  }).length
}

/** The sum; null where any part is unknown. */
export function sumEstimates(estimates: readonly (number | null)[]): number | null {
  return estimates.reduce<number | null>((sum, estimate) => (sum === null || estimate === null ? null : sum + estimate), 0)
}
