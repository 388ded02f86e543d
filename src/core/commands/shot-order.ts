/** Changing the order of a sequence: a transition belongs to two neighbours and ends with their neighbourhood. */
import type { ShotId } from '../document/ids.ts'
import { withChanges, withoutRecords, withRecords } from '../document/records.ts'
import type { ProjectDocument, Sequence } from '../document/schema.ts'
import { transitionsByShot } from '../timeline/layout.ts'

/** The sequence with its shots in a new order; transitions whose two shots are no longer neighbours are dropped. */
export function withShotOrder(document: ProjectDocument, sequence: Sequence, shotIds: readonly ShotId[]): ProjectDocument {
  const before = nextByShot(sequence.shotIds)
  const after = nextByShot(shotIds)
  const parted = [...transitionsByShot(document, sequence.id)].filter(([shotId]) => before.get(shotId) !== after.get(shotId))
  const kept = withoutRecords(document, 'transitions', parted.map(([, transition]) => transition.id))
  return withRecords(kept, 'sequences', [withChanges(sequence, { shotIds })])
}

/**
 * Puts `newShotId` right behind `shotId`. The transition that led out of `shotId` now leads out of the new shot: the
 * picture before the cut is still the same one.
 */
export function withShotBehind(document: ProjectDocument, sequence: Sequence, shotId: ShotId, newShotId: ShotId): ProjectDocument {
  const index = sequence.shotIds.indexOf(shotId)
  const shotIds = sequence.shotIds.toSpliced(index + 1, 0, newShotId)
  const transition = transitionsByShot(document, sequence.id).get(shotId)
  const ordered = withRecords(document, 'sequences', [{ ...sequence, shotIds }])
  return transition ? withRecords(ordered, 'transitions', [{ ...transition, afterShotId: newShotId }]) : ordered
}

function nextByShot(shotIds: readonly ShotId[]): Map<ShotId, ShotId | undefined> {
  return new Map(shotIds.map((shotId, index) => [shotId, shotIds[index + 1]]))
}
