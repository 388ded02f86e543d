/** Finds a project's newest state when it is opened: what project.json holds, plus the edits that were journalled after it. */
import { repairInvariants } from '#core/document/invariants.ts'
import { ProjectDocumentSchema, type ProjectDocument } from '#core/document/schema.ts'
import { parseDiff } from '#core/history/diff-schema.ts'
import { applyDiff, invertDiff } from '#core/history/diff.ts'
import { History } from '#core/history/history.ts'
import type { JournalEntry } from '../storage/journal.ts'
import type { ProjectRow } from '../storage/project-table.ts'
import type { LibraryTables } from '../storage/tables.ts'
import { readHistory } from './history-text.ts'
import type { ReadProject } from './project-file.ts'

export interface RecoveredProject {
  readonly document: ProjectDocument
  readonly revision: number
  readonly history: History
  readonly isSaved: boolean
}

/**
 * `row` is what the library knows of the project, null where it is new here. The file's hash says which revision it
 * holds: the last one saved, one whose saving was interrupted, or (edited or restored by others) none of ours. In that last case
 * the file is taken as it is, and the edits that were never saved are applied to it, so that none is lost.
 */
export function recoverProject(read: ReadProject, row: ProjectRow | null, tables: LibraryTables): RecoveredProject {
  if (!row) return { document: read.document, revision: 0, history: new History(), isSaved: false }
  const lastRevision = Math.max(tables.journal.lastRevision(row.projectId) ?? 0, row.savedRevision)
  const heldRevision = revisionOfFile(read, row)
  const entries = tables.journal.entriesAfter(row.projectId, heldRevision ?? row.savedRevision)
  const document = replay(read.document, entries)
  if (heldRevision === null) return { document, revision: lastRevision + 1, history: new History(), isSaved: false }
  const history = recoverHistory(read.document, heldRevision, row, tables)
  return { document, revision: lastRevision, history, isSaved: entries.length === 0 && heldRevision === row.savedRevision }
}

function revisionOfFile(read: ReadProject, row: ProjectRow): number | null {
  if (read.sha256 === row.savedSha256) return row.savedRevision
  return read.sha256 === row.pendingSha256 ? row.pendingRevision : null
}

/** Diffs hold whole records, so replaying them in order leads to the last state of each. */
function replay(document: ProjectDocument, entries: readonly JournalEntry[]): ProjectDocument {
  if (entries.length === 0) return document
  const replayed = entries.reduce((state, entry) => applyDiff(state, parseDiff(entry.diff)), document)
  return repairInvariants(ProjectDocumentSchema.parse(replayed))
}

/** The history as it was saved, with the later edits, undos and redos made again on the documents they were made on. */
function recoverHistory(held: ProjectDocument, heldRevision: number, row: ProjectRow, tables: LibraryTables): History {
  const history = readHistory(row.history)
  const entries = tables.journal.entriesAfter(row.projectId, row.historyRevision)
  const inFile = entries.filter(({ revision }) => revision <= heldRevision)
  let document = inFile.reduceRight((state, entry) => applyDiff(state, invertDiff(entry.diff)), held)
  for (const entry of entries) {
    if (entry.kind === 'undo') history.undo(document)
    else if (entry.kind === 'redo') history.redo(document)
    else if (entry.source === 'user') history.record(entry.diff, entry.label, entry.coalesceKey)
    document = applyDiff(document, entry.diff)
  }
  return history
}
