/** Invariant: transitions lie between real neighbours, one a cut, and leave every shot a frame of its own. */
import { withoutRecords, withRecords } from '../records.ts'
import type { ProjectDocument, Sequence, Transition } from '../schema.ts'
import type { Invariant } from './invariant.ts'

export const transitionsInvariant: Invariant = {
  claim: 'a transition follows a shot that has a next one, at most one a cut; the two overlaps of a shot leave it at least one frame',
  isTouchedBy: (changes) =>
    changes.collections.has('sequences') || changes.collections.has('transitions') || changes.areShotsAddedOrRemoved || changes.shotFields.has('durationFrames'),
  findBreaches: (document) => {
    const { dropped, shortened } = findRepairs(document)
    return [
      ...dropped.map((transition) => `transition ${transition.id} after shot ${transition.afterShotId} has no cut or no room to lie on`),
      ...shortened.map((transition) => `transition ${transition.id} has room for ${transition.durationFrames} frames only`),
    ]
  },
  repair: (document) => {
    const { dropped, shortened } = findRepairs(document)
    const kept = withoutRecords(document, 'transitions', dropped.map((transition) => transition.id))
    return withRecords(kept, 'transitions', shortened)
  },
}

interface Repairs {
  readonly dropped: Transition[]
  readonly shortened: Transition[]
}

/** Walks each sequence from its start, so that of two transitions on one short shot the later gives way. */
function findRepairs(document: ProjectDocument): Repairs {
  const repairs: Repairs = { dropped: [], shortened: [] }
  const transitions = Object.values(document.transitions)
  if (transitions.length === 0) return repairs
  const placed = new Set<Transition>()
  for (const sequence of Object.values(document.sequences)) {
    const own = transitions.filter((transition) => transition.sequenceId === sequence.id)
    if (own.length > 0) placeInSequence(document, sequence, own, placed, repairs)
  }
  for (const transition of transitions) if (!placed.has(transition)) repairs.dropped.push(transition)
  return repairs
}

function placeInSequence(document: ProjectDocument, sequence: Sequence, own: readonly Transition[], placed: Set<Transition>, repairs: Repairs): void {
  const byShot = new Map(own.map((transition) => [transition.afterShotId, transition]))
  let overlapBeforeFrames = 0
  for (const [index, shotId] of sequence.shotIds.entries()) {
    const transition = byShot.get(shotId)
    const outgoing = document.shots[shotId]
    const next = sequence.shotIds[index + 1]
    const incoming = next === undefined ? undefined : document.shots[next]
    const room = transition && outgoing && incoming
      ? Math.min(outgoing.durationFrames - overlapBeforeFrames, incoming.durationFrames) - 1
      : 0
    const durationFrames = transition ? Math.min(transition.durationFrames, room) : 0
    overlapBeforeFrames = Math.max(0, durationFrames)
    if (!transition || durationFrames < 1) continue
    placed.add(transition)
    if (durationFrames < transition.durationFrames) repairs.shortened.push({ ...transition, durationFrames })
  }
}
