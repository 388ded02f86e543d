/** Invariant: `continuesFrom` names an existing shot, and following it never leads back. */
import type { ShotId } from '../ids.ts'
import { withRecords } from '../records.ts'
import type { ProjectDocument, Shot } from '../schema.ts'
import type { Invariant } from './invariant.ts'

export const continuityInvariant: Invariant = {
  claim: 'continuesFrom names an existing shot and never leads back to the shot itself',
  isTouchedBy: (changes) => changes.areShotsAddedOrRemoved || changes.shotFields.has('continuesFrom'),
  findBreaches: (document) => findBroken(document).map((shot) => `shot ${shot.id} continues from ${shot.continuesFrom}, which is missing or leads back to it`),
  repair: (document) => withRecords(document, 'shots', findBroken(document).map((shot) => ({ ...shot, continuesFrom: null }))),
}

/** True where following `continuesFrom` from `startId` reaches `shotId`. */
export function continuesFromShot(document: ProjectDocument, startId: ShotId, shotId: ShotId): boolean {
  const seen = new Set<ShotId>()
  let current: ShotId | null = startId
  while (current !== null && !seen.has(current)) {
    if (current === shotId) return true
    seen.add(current)
    current = document.shots[current]?.continuesFrom ?? null
  }
  return false
}

/** Dangling links, and one link of every cycle: the one by which the walk came back. Each shot is walked once. */
function findBroken(document: ProjectDocument): Shot[] {
  const broken: Shot[] = []
  const walkOf = new Map<ShotId, number>()
  let walk = 0
  for (const start of Object.values(document.shots)) {
    walk += 1
    let shot: Shot | undefined = start
    while (shot && shot.continuesFrom !== null && !walkOf.has(shot.id)) {
      walkOf.set(shot.id, walk)
      const upstream: Shot | undefined = document.shots[shot.continuesFrom]
      if (!upstream || walkOf.get(upstream.id) === walk) broken.push(shot)
      shot = upstream
    }
  }
  return broken
}
