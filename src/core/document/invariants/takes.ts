/**
 * Invariant: a shot's selected take exists, and takes descend from takes that exist.
 * A take may be selected by any shot: copies and split parts share the take of their origin. A take whose own shot was
 * deleted stays as an orphan, so that neither undo nor history ever loses a finished take.
 */
import type { TakeId } from '../ids.ts'
import { withRecords } from '../records.ts'
import type { ProjectDocument, Shot, Take } from '../schema.ts'
import type { Invariant } from './invariant.ts'

export const takesInvariant: Invariant = {
  claim: 'a selected take exists; a take’s parent exists and is no descendant of it; a range that was made anew lies within its take',
  isTouchedBy: (changes) => changes.collections.has('takes') || changes.areShotsAddedOrRemoved || changes.shotFields.has('selectedTakeId'),
  findBreaches: (document) => [
    ...findDanglingSelections(document).map((shot) => `shot ${shot.id} selects take ${shot.selectedTakeId}, which does not exist`),
    ...findBrokenParents(document).map((take) => `take ${take.id} has a parent that does not exist or descends from it`),
    ...findWrongRanges(document).map((take) => `take ${take.id} of ${take.frameCount} frames names frames ${take.range?.startFrame} to ${take.range?.endFrame}`),
  ],
  repair: (document) => {
    const shots = findDanglingSelections(document).map((shot) => ({ ...shot, selectedTakeId: null }))
    const takes = findBrokenParents(document).map((take) => ({ ...take, parentTakeId: null }))
    const related = withRecords(withRecords(document, 'shots', shots), 'takes', takes)
    return withRecords(related, 'takes', findWrongRanges(related).map((take) => ({ ...take, range: null })))
  },
}

function findDanglingSelections(document: ProjectDocument): Shot[] {
  return Object.values(document.shots).filter((shot) => shot.selectedTakeId !== null && !document.takes[shot.selectedTakeId])
}

function findWrongRanges(document: ProjectDocument): Take[] {
  return Object.values(document.takes).filter(({ range, frameCount }) => range !== null && (range.startFrame >= range.endFrame || range.endFrame > frameCount))
}

function findBrokenParents(document: ProjectDocument): Take[] {
  const broken: Take[] = []
  const walkOf = new Map<TakeId, number>()
  let walk = 0
  for (const start of Object.values(document.takes)) {
    walk += 1
    let take: Take | undefined = start
    while (take && take.parentTakeId !== null && !walkOf.has(take.id)) {
      walkOf.set(take.id, walk)
      const parent: Take | undefined = document.takes[take.parentTakeId]
      if (!parent || walkOf.get(parent.id) === walk) broken.push(take)
      take = parent
    }
  }
  return broken
}
