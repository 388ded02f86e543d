/** What the commands on captions, titles, audio clips and markers share: each hangs on a shot or on its sequence. */
import type { SequenceId } from '../document/ids.ts'
import { withChanges, withoutRecords, withRecords, type RecordOf } from '../document/records.ts'
import type { Anchor, CollectionName, ProjectDocument } from '../document/schema.ts'
import type { Rejection } from './command.ts'
import { findRecord, findSequence, findShot } from './refusal.ts'

export type AnchoredCollection = 'captions' | 'titles' | 'audioClips' | 'markers'
const NOUNS: Readonly<Record<AnchoredCollection, string>> = Object.freeze({ captions: 'caption', titles: 'title', audioClips: 'audio clip', markers: 'marker' })

export function addAnchored<C extends AnchoredCollection>(document: ProjectDocument, collection: C, record: RecordOf<C>): ProjectDocument | Rejection {
  return refuseAnchor(document, record.sequenceId, record.anchor) ?? withRecords(document, collection, [record])
}

export function editAnchored<C extends AnchoredCollection>(
  document: ProjectDocument, collection: C, id: string, changes: { readonly [K in keyof RecordOf<C>]?: RecordOf<C>[K] | undefined },
): ProjectDocument | Rejection {
  const record = findRecord(recordsOf(document, collection), id, NOUNS[collection])
  if ('rejected' in record) return record
  const next = withChanges<RecordOf<C>>(record, changes)
  return refuseAnchor(document, next.sequenceId, next.anchor) ?? withRecords(document, collection, next === record ? [] : [next])
}

export function deleteAnchored(document: ProjectDocument, collection: AnchoredCollection, ids: readonly string[]): ProjectDocument | Rejection {
  for (const id of ids) {
    const record = findRecord<object>(document[collection], id, NOUNS[collection])
    if ('rejected' in record) return record as Rejection
  }
  return withoutRecords(document, collection, ids)
}

/** "Delete caption", "Delete 3 captions". */
export function deletionLabel(collection: AnchoredCollection, ids: readonly string[]): string {
  return ids.length === 1 ? `Delete ${NOUNS[collection]}` : `Delete ${ids.length} ${NOUNS[collection]}s`
}

/** The collection, seen as records of its own kind: what an indexed access type does not tell the compiler. */
function recordsOf<C extends CollectionName>(document: ProjectDocument, collection: C): Readonly<Record<string, RecordOf<C>>> {
  return document[collection] as unknown as Readonly<Record<string, RecordOf<C>>>
}

function refuseAnchor(document: ProjectDocument, sequenceId: SequenceId, anchor: Anchor): Rejection | null {
  const home = anchor.shotId === null ? findSequence(document, sequenceId) : findShot(document, anchor.shotId)
  return 'rejected' in home ? home : null
}
