/** How long generating should take, from what this machine measured. */
import type { Shot } from '../document/schema.ts'
import type { PackFacts } from './pack-facts.ts'

/** Seconds of sampling for one take; null before the pack has run here once: a guess would mislead. */
export function estimateSeconds(shot: Pick<Shot, 'overrides'>, pack: Pick<PackFacts, 'steps' | 'secondsPerStep'>): number | null {
  return pack.secondsPerStep === null ? null : (shot.overrides.steps ?? pack.steps) * pack.secondsPerStep
}

/** The sum; null where any part is unknown. */
export function sumEstimates(estimates: readonly (number | null)[]): number | null {
  return estimates.reduce<number | null>((sum, estimate) => (sum === null || estimate === null ? null : sum + estimate), 0)
}
