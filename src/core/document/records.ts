/** Changing a document's collections: every function returns a new document and leaves unchanged records as they were. */
import { deepEqual } from './deep-equal.ts'
import type { CollectionName, ProjectDocument, Shot } from './schema.ts'

export type RecordOf<C extends CollectionName> = NonNullable<ProjectDocument[C][string]>

/** Adds records, or replaces those of the same id. */
export function withRecords<C extends CollectionName>(document: ProjectDocument, collection: C, records: readonly RecordOf<C>[]): ProjectDocument {
  if (records.length === 0) return document
  const next: Record<string, unknown> = { ...document[collection] }
  for (const record of records) next[record.id] = record
  return { ...document, [collection]: next }
}

export function withoutRecords(document: ProjectDocument, collection: CollectionName, ids: readonly string[]): ProjectDocument {
  if (ids.length === 0) return document
  const next: Record<string, unknown> = { ...document[collection] }
  for (const id of ids) delete next[id]
  return { ...document, [collection]: next }
}

/** The record with some fields changed; the very same record where nothing changes, so that the edit costs no undo step. */
export function withChanges<R extends object>(record: R, changes: { readonly [K in keyof R]?: R[K] | undefined }): R {
  const next = { ...record }
  let isChanged = false
  for (const key of Object.keys(changes) as (keyof R)[]) {
    const value = changes[key]
    if (value === undefined || deepEqual(record[key], value)) continue
    next[key] = value
    isChanged = true
  }
  return isChanged ? next : record
}

/** What people call a shot: its name, or "Shot 3" by its place in the sequence. */
export function shotLabel(document: ProjectDocument, shot: Shot): string {
  if (shot.name !== '') return `Shot “${shot.name}”`
  const index = document.sequences[shot.sequenceId]?.shotIds.indexOf(shot.id) ?? -1
  return index < 0 ? 'The shot' : `Shot ${index + 1}`
}
