/** Applying and joining diffs field by field, so that an undo leaves alone what the engine changed in the meantime. */
import { deepEqual } from '../document/deep-equal.ts'
import type { CollectionName, Project, ProjectDocument } from '../document/schema.ts'
import { COLLECTIONS, type CollectionDiff, type DocumentDiff } from './diff.ts'

type Fields = Readonly<Record<string, unknown>>

/** Finished work: no undo or redo ever takes a record out of these collections. */
const KEPT: ReadonlySet<CollectionName> = new Set<CollectionName>(['takes', 'media'])

/**
 * Applies a diff to a document that others may have changed since the diff was made: of an updated record only the fields
 * that the diff changes are set; records that are gone stay gone; takes and media are never removed.
 */
export function applyMerging(document: ProjectDocument, diff: DocumentDiff): ProjectDocument {
  const next: Record<string, unknown> = { ...document }
  if (diff.project) next['project'] = moveFields(document.project, diff.project[0], diff.project[1])
  for (const name of COLLECTIONS) {
    const own = diff.collections[name]
    if (own) next[name] = applyCollection(document[name], own, KEPT.has(name))
  }
  return next as unknown as ProjectDocument
}

function applyCollection(current: Fields, diff: CollectionDiff, isKept: boolean): Fields {
  const records: Record<string, unknown> = { ...current }
  if (!isKept) for (const id of Object.keys(diff.removed)) delete records[id]
  for (const [id, [from, to]] of Object.entries(diff.updated)) {
    const record = records[id]
    if (record !== undefined) records[id] = moveFields(record as Fields, from as Fields, to as Fields)
  }
  for (const [id, record] of Object.entries(diff.added)) if (!isKept || !Object.hasOwn(records, id)) records[id] = record
  return records
}

/**
 * One diff for two edits in a row. `second` may have been made on a document in which the engine had changed records
 * since `first`: such fields belong to neither and stay out of what an undo restores.
 */
export function composeDiffs(first: DocumentDiff, second: DocumentDiff): DocumentDiff {
  const collections: Partial<Record<CollectionName, CollectionDiff>> = {}
  for (const name of COLLECTIONS) {
    const composed = composeCollections(first.collections[name], second.collections[name])
    if (composed) collections[name] = composed
  }
  return { project: composeProjects(first.project, second.project), collections }
}

function composeProjects(first: DocumentDiff['project'], second: DocumentDiff['project']): DocumentDiff['project'] {
  if (!first || !second) return first ?? second
  const [from, to] = composeUpdates(first as readonly [Fields, Fields], second as readonly [Fields, Fields])
  return deepEqual(from, to) ? null : [from as unknown as Project, to as unknown as Project]
}

function composeCollections(first: CollectionDiff | undefined, second: CollectionDiff | undefined): CollectionDiff | null {
  if (!first || !second) return first ?? second ?? null
  const added: Record<string, unknown> = { ...first.added }
  const updated: Record<string, readonly [unknown, unknown]> = { ...first.updated }
  const removed: Record<string, unknown> = { ...first.removed }
  for (const [id, update] of Object.entries(second.updated)) {
    const earlier = updated[id]
    if (Object.hasOwn(added, id)) added[id] = update[1]
    else updated[id] = earlier ? composeUpdates(earlier as readonly [Fields, Fields], update as readonly [Fields, Fields]) : update
  }
  for (const [id, record] of Object.entries(second.removed)) {
    const earlier = updated[id]
    if (Object.hasOwn(added, id)) delete added[id]
    else removed[id] = earlier ? moveFields(record as Fields, earlier[1] as Fields, earlier[0] as Fields) : record
    delete updated[id]
  }
  for (const [id, record] of Object.entries(second.added)) {
    if (Object.hasOwn(removed, id)) updated[id] = [removed[id], record]
    else added[id] = record
    delete removed[id]
  }
  for (const [id, [from, to]] of Object.entries(updated)) if (deepEqual(from, to)) delete updated[id]
  const isEmpty = [added, updated, removed].every((part) => Object.keys(part).length === 0)
  return isEmpty ? null : { added, updated, removed }
}

/** [a, b] then [b', c]: c, and c with the fields of both edits taken back. */
function composeUpdates(first: readonly [Fields, Fields], second: readonly [Fields, Fields]): readonly [Fields, Fields] {
  const to = second[1]
  return [moveFields(moveFields(to, second[1], second[0]), first[1], first[0]), to]
}

/** The record with those fields set to `to` in which `from` and `to` differ; the same record where that changes nothing. */
function moveFields<R extends object>(record: R, from: R, to: R): R {
  if (record === from) return to
  const next: Record<string, unknown> = { ...(record as Fields) }
  let isChanged = false
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const target = (to as Fields)[key]
    if (deepEqual((from as Fields)[key], target) || deepEqual(next[key], target)) continue
    if (target === undefined) delete next[key]
    else next[key] = target
    isChanged = true
  }
  return isChanged ? (next as R) : record
}
