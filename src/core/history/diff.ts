/** Record diffs: what one edit changed, small enough to journal, exact enough to undo. */
import type { CollectionName, Project, ProjectDocument } from '../document/schema.ts'

export const COLLECTIONS = [
  'sequences', 'shots', 'takes', 'transitions', 'captions', 'titles', 'audioClips', 'markers', 'media',
] as const satisfies readonly CollectionName[]

export interface CollectionDiff {
  readonly added: Readonly<Record<string, unknown>>
  /** [from, to] by id. */
  readonly updated: Readonly<Record<string, readonly [unknown, unknown]>>
  readonly removed: Readonly<Record<string, unknown>>
}

export interface DocumentDiff {
  readonly project: readonly [Project, Project] | null
  readonly collections: Readonly<Partial<Record<CollectionName, CollectionDiff>>>
}

/** Who made an edit: only `user` diffs enter the undo history. */
export type DiffSource = 'user' | 'engine' | 'load'

/** The diff that leads from one document to another; records are compared by identity, so unchanged records cost nothing. */
export function diffDocuments(from: ProjectDocument, to: ProjectDocument): DocumentDiff {
  const collections: Partial<Record<CollectionName, CollectionDiff>> = {}
  for (const name of COLLECTIONS) {
    const diff = diffCollection(from[name], to[name])
    if (diff) collections[name] = diff
  }
  return { project: from.project === to.project ? null : [from.project, to.project], collections }
}

/** True where a diff changes nothing. */
export function isEmptyDiff(diff: DocumentDiff): boolean {
  return diff.project === null && Object.keys(diff.collections).length === 0
}

/** The diff that takes back another one. */
export function invertDiff(diff: DocumentDiff): DocumentDiff {
  const collections: Partial<Record<CollectionName, CollectionDiff>> = {}
  for (const name of COLLECTIONS) {
    const own = diff.collections[name]
    if (!own) continue
    const updated: Record<string, readonly [unknown, unknown]> = {}
    for (const [id, [from, to]] of Object.entries(own.updated)) updated[id] = [to, from]
    collections[name] = { added: own.removed, updated, removed: own.added }
  }
  return { project: diff.project && [diff.project[1], diff.project[0]], collections }
}

/** Applies a diff. The document must be the one the diff was made on; the caller keeps revisions for that. */
export function applyDiff(document: ProjectDocument, diff: DocumentDiff): ProjectDocument {
  const next: Record<string, unknown> = { ...document, project: diff.project ? diff.project[1] : document.project }
  for (const name of COLLECTIONS) {
    const own = diff.collections[name]
    if (!own) continue
    const records: Record<string, unknown> = { ...document[name] }
    for (const id of Object.keys(own.removed)) delete records[id]
    for (const [id, [, to]] of Object.entries(own.updated)) records[id] = to
    Object.assign(records, own.added)
    next[name] = records
  }
  return next as unknown as ProjectDocument
}

function diffCollection(from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>): CollectionDiff | null {
  if (from === to) return null
  const added: Record<string, unknown> = {}
  const updated: Record<string, readonly [unknown, unknown]> = {}
  const removed: Record<string, unknown> = {}
  const ids = Object.keys(to)
  let addedCount = 0
  for (const id of ids) {
    const record = to[id]
    if (from[id] === record) continue
    if (Object.hasOwn(from, id)) {
      updated[id] = [from[id], record]
    } else {
      added[id] = record
      addedCount += 1
    }
  }
  const oldIds = Object.keys(from)
  // Most edits remove nothing: counting spares them the second pass.
  if (oldIds.length !== ids.length - addedCount) for (const id of oldIds) if (!Object.hasOwn(to, id)) removed[id] = from[id]
  const isEmpty = [added, updated, removed].every((part) => Object.keys(part).length === 0)
  return isEmpty ? null : { added, updated, removed }
}
