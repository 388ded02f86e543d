/** What an edit touched, in the terms in which invariants ask: lets a small edit skip the checks that it cannot break. */
import { COLLECTIONS, type DocumentDiff } from '../history/diff.ts'
import type { CollectionName, Shot } from './schema.ts'

export interface DocumentChanges {
  readonly isProjectChanged: boolean
  readonly collections: ReadonlySet<CollectionName>
  readonly areShotsAddedOrRemoved: boolean
  /** Fields in which any updated shot differs. */
  readonly shotFields: ReadonlySet<keyof Shot>
}

export function changesOf(diff: DocumentDiff): DocumentChanges {
  const shots = diff.collections.shots
  const shotFields = new Set<keyof Shot>()
  for (const [from, to] of Object.values(shots?.updated ?? {})) {
    const before = from as Shot
    const after = to as Shot
    for (const field of Object.keys(after) as (keyof Shot)[]) if (before[field] !== after[field]) shotFields.add(field)
  }
  return {
    isProjectChanged: diff.project !== null,
    collections: new Set(COLLECTIONS.filter((name) => diff.collections[name])),
    areShotsAddedOrRemoved: shots !== undefined && Object.keys(shots.added).length + Object.keys(shots.removed).length > 0,
    shotFields,
  }
}
