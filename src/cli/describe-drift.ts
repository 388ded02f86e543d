/** The sentence about a take that was chained from clips: how many, and how far it drifted. */
import type { Take } from '#core/document/schema.ts'
import { driftOf, driftText } from '#core/planning/drift.ts'

/** Empty for takes of one clip; begins with a space. */
export function describeDrift(take: Pick<Take, 'segments'>): string {
  const drift = driftOf(take)
  return drift === null ? '' : ` Chained from ${take.segments?.length} clips; drift: ${driftText(drift)}.`
}
