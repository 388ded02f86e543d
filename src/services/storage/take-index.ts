/** The index of all takes of all projects: for lists and for search by the words of their prompts. */
import type { Row, SqlDatabase } from './database.ts'

export interface IndexedTake {
  readonly takeOrder: number
  readonly takeId: string
  readonly projectId: string
  readonly shotId: string
  readonly prompt: string
  readonly createdAt: string
}

export type NewIndexedTake = Omit<IndexedTake, 'takeOrder'>

export interface TakeIndex {
  add(take: NewIndexedTake): void
  /** Makes the index of one project hold exactly these takes. */
  replace(projectId: string, takes: readonly NewIndexedTake[]): void
  /** Newest first; `before` is the takeOrder of the last one of the page before. */
  page(query: { readonly projectId: string; readonly shotId: string; readonly before: number | null; readonly limit: number }): readonly IndexedTake[]
  /** Takes whose prompt has words that begin with each of the given ones, newest first. */
  search(query: { readonly text: string; readonly before: number | null; readonly limit: number }): readonly IndexedTake[]
}

const NO_BOUND = Number.MAX_SAFE_INTEGER

export function takeIndex(database: SqlDatabase): TakeIndex {
  function add(take: NewIndexedTake): void {
    database.run(
      `INSERT INTO takes (take_id, project_id, shot_id, prompt, created_at) VALUES (:takeId, :projectId, :shotId, :prompt, :createdAt)
       ON CONFLICT (project_id, take_id) DO NOTHING`,
      { ...take },
    )
  }
  return {
    add,
    replace: (projectId, takes) => {
      database.transaction(() => {
        const known = new Set(database.all('SELECT take_id FROM takes WHERE project_id = :projectId', { projectId }).map((row) => String(row['take_id'])))
        const wanted = new Set(takes.map(({ takeId }) => takeId))
        for (const takeId of known) if (!wanted.has(takeId)) database.run('DELETE FROM takes WHERE project_id = :projectId AND take_id = :takeId', { projectId, takeId })
        for (const take of takes) if (!known.has(take.takeId)) add(take)
      })
    },
    page: ({ projectId, shotId, before, limit }) =>
      database.all(
        `SELECT * FROM takes WHERE project_id = :projectId AND shot_id = :shotId AND take_order < :before ORDER BY take_order DESC LIMIT :limit`,
        { projectId, shotId, before: before ?? NO_BOUND, limit },
      ).map(readTake),
    search: ({ text, before, limit }) => {
      const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
      if (words.length === 0) return []
      return database.all(
        `SELECT takes.* FROM take_words JOIN takes ON takes.take_order = take_words.rowid
         WHERE take_words MATCH :match AND take_words.rowid < :before ORDER BY take_words.rowid DESC LIMIT :limit`,
        { match: words.map((word) => `"${word}"*`).join(' '), before: before ?? NO_BOUND, limit },
      ).map(readTake)
    },
  }
}

function readTake(row: Row): IndexedTake {
  return {
    takeOrder: Number(row['take_order']),
    takeId: String(row['take_id']),
    projectId: String(row['project_id']),
    shotId: String(row['shot_id']),
    prompt: String(row['prompt']),
    createdAt: String(row['created_at']),
  }
}
