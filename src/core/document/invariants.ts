/** The claims that hold of every document after every edit, and the repair that makes them hold. */
import { diffDocuments } from '../history/diff.ts'
import { changesOf, type DocumentChanges } from './changes.ts'
import { anchorsInvariant } from './invariants/anchors.ts'
import { continuityInvariant } from './invariants/continuity.ts'
import type { Invariant } from './invariants/invariant.ts'
import { mediaInvariant } from './invariants/media.ts'
import { membershipInvariant } from './invariants/membership.ts'
import { takesInvariant } from './invariants/takes.ts'
import { transitionsInvariant } from './invariants/transitions.ts'
import type { ProjectDocument } from './schema.ts'

/** In the order of repair: what later ones look at, earlier ones have settled. */
export const INVARIANTS: readonly Invariant[] = Object.freeze([
  membershipInvariant, transitionsInvariant, anchorsInvariant, continuityInvariant, takesInvariant, mediaInvariant,
])

/**
 * The nearest document that keeps all invariants; the same object where they hold. With `changes`, only the invariants
 * that such an edit can break are looked at: the rest must have held before.
 */
export function repairInvariants(document: ProjectDocument, changes: DocumentChanges | null = null): ProjectDocument {
  let repaired = document
  let touched = changes
  for (const invariant of INVARIANTS) {
    if (touched && !invariant.isTouchedBy(touched)) continue
    const next = invariant.repair(repaired)
    if (next === repaired) continue
    if (touched) touched = mergeChanges(touched, changesOf(diffDocuments(repaired, next)))
    repaired = next
  }
  return repaired
}

/** One sentence for each breach; empty for a sound document. With `changes`, as in `repairInvariants`. */
export function findInvariantBreaches(document: ProjectDocument, changes: DocumentChanges | null = null): string[] {
  return INVARIANTS.flatMap((invariant) => (changes && !invariant.isTouchedBy(changes) ? [] : invariant.findBreaches(document)))
}

function mergeChanges(left: DocumentChanges, right: DocumentChanges): DocumentChanges {
  return {
    isProjectChanged: left.isProjectChanged || right.isProjectChanged,
    collections: new Set([...left.collections, ...right.collections]),
    areShotsAddedOrRemoved: left.areShotsAddedOrRemoved || right.areShotsAddedOrRemoved,
    shotFields: new Set([...left.shotFields, ...right.shotFields]),
  }
}
