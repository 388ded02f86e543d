/** The edit journal: every edit of every project, durable before it is acknowledged. */
import type { DiffSource, DocumentDiff } from '#core/history/diff.ts'
import type { Row, SqlDatabase } from './database.ts'

/** How an edit came about: an undo is journalled as the diff that it applied. */
export type JournalKind = 'edit' | 'undo' | 'redo'

export interface JournalEntry {
  readonly revision: number
  readonly kind: JournalKind
  readonly source: DiffSource
  readonly label: string
  readonly coalesceKey: string | null
  readonly diff: DocumentDiff
  readonly at: string
}

export interface Journal {
  /** Durable when it returns; throws where the disk refuses, and then nothing was written. */
  append(projectId: string, entry: JournalEntry): void
  entriesAfter(projectId: string, revision: number): readonly JournalEntry[]
  lastRevision(projectId: string): number | null
  /** Drops entries that a saved project.json made superfluous, keeping the newest `keep` of them. */
  prune(projectId: string, savedRevision: number, keep: number): void
}

export function openJournal(database: SqlDatabase): Journal {
  return {
    append: (projectId, entry) => {
      database.run(
        `INSERT INTO journal (project_id, revision, kind, source, label, coalesce_key, diff, at)
         VALUES (:projectId, :revision, :kind, :source, :label, :coalesceKey, :diff, :at)`,
        { projectId, ...entry, diff: JSON.stringify(entry.diff) },
      )
    },
    entriesAfter: (projectId, revision) =>
      database.all('SELECT * FROM journal WHERE project_id = :projectId AND revision > :revision ORDER BY revision', { projectId, revision }).map(readEntry),
    lastRevision: (projectId) => {
      const row = database.get('SELECT max(revision) AS revision FROM journal WHERE project_id = :projectId', { projectId })
      return row && row['revision'] !== null ? Number(row['revision']) : null
    },
    prune: (projectId, savedRevision, keep) => {
      database.run('DELETE FROM journal WHERE project_id = :projectId AND revision <= :upTo', { projectId, upTo: savedRevision - keep })
    },
  }
}

function readEntry(row: Row): JournalEntry {
  return {
    revision: Number(row['revision']),
    kind: row['kind'] as JournalKind,
    source: row['source'] as DiffSource,
    label: String(row['label']),
    coalesceKey: row['coalesce_key'] as string | null,
    // Written by append from a diff that was checked when it was made.
    diff: JSON.parse(String(row['diff'])) as DocumentDiff,
    at: String(row['at']),
  }
}
