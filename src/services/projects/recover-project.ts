/** Finds a project's newest state when it is opened: what project.json holds, plus the edits that were journalled after it. */
import { repairInvariants } from '#core/document/invariants.ts'
import { ProjectDocumentSchema, type ProjectDocument } from '#core/document/schema.ts'
import { DocumentDiffSchema } from '#core/history/diff-schema.ts'
import { applyDiff, invertDiff } from '#core/history/diff.ts'
import { History } from '#core/history/history.ts'
import type { JournalEntry } from '../storage/journal.ts'
import type { ProjectRow } from '../storage/project-table.ts'
import type { LibraryTables } from '../storage/tables.ts'
import { readHistory } from './history-text.ts'
import type { ReadProject, SavedState } from './project-file.ts'

export interface RecoveredProject {
  readonly document: ProjectDocument
  readonly revision: number
  readonly history: History
  /** What project.json holds; null where it is none of the studio's own states. */
  readonly saved: SavedState | null
}

/**
 * Applies the edits that were journalled after what was last saved, by the folder's own note or by the library (whichever is
 * later: either can have been put back to an older state). A project.json that others edited or replaced is taken as it is, and
 * edits that were never saved are applied to it all the same, so that none is lost.
 */
export function recoverProject(read: ReadProject, row: ProjectRow, tables: LibraryTables): RecoveredProject {
  const savedRevision = Math.max(row.savedRevision, read.notedRevision)
  const lastRevision = Math.max(tables.journal.lastRevision(row.projectId) ?? 0, savedRevision)
  const entries = soundEntries(tables.journal.entriesAfter(row.projectId, savedRevision))
  const document = replay(read.document, entries)
  const isOurs = read.saved?.revision === savedRevision
  if (!isOurs) return { document, revision: lastRevision + 1, history: new History(), saved: null }
  return { document, revision: lastRevision, history: recoverHistory(read.document, savedRevision, row, tables), saved: read.saved }
}

/** Entries up to the first one that is malformed, which only a damaged library can hold. */
function soundEntries(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const firstBad = entries.findIndex(({ diff }) => !DocumentDiffSchema.safeParse(diff).success)
  return firstBad < 0 ? entries : entries.slice(0, firstBad)
}

/** Diffs hold whole records, so replaying them in order leads to the last state of each. */
function replay(document: ProjectDocument, entries: readonly JournalEntry[]): ProjectDocument {
  if (entries.length === 0) return document
  const replayed = entries.reduce((state, entry) => applyDiff(state, entry.diff), document)
  return repairInvariants(ProjectDocumentSchema.parse(replayed))
}

/** The history as it was saved, with the later edits, undos and redos made again on the documents they were made on. */
function recoverHistory(held: ProjectDocument, heldRevision: number, row: ProjectRow, tables: LibraryTables): History {
  const history = readHistory(row.history)
  const entries = tables.journal.entriesAfter(row.projectId, row.historyRevision)
  const inFile = entries.filter(({ revision }) => revision <= heldRevision)
  // Steps of an older state would undo what they know nothing of.
  if (inFile.length !== Math.max(0, heldRevision - row.historyRevision)) return new History()
  let document = inFile.reduceRight((state, entry) => applyDiff(state, invertDiff(entry.diff)), held)
  for (const entry of entries) {
    if (entry.kind === 'undo') history.undo(document)
    else if (entry.kind === 'redo') history.redo(document)
    else if (entry.source === 'user') history.record(entry.diff, entry.label, entry.coalesceKey)
    document = applyDiff(document, entry.diff)
  }
  return history
}
