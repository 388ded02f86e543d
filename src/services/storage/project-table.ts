/** The library's list of projects: where each lies, how it looks in the list, and what its project.json last held. */
import type { FrameRate, FrameSize } from '#core/document/schema.ts'
import type { Row, SqlDatabase } from './database.ts'

/** What the list shows of a project, derived from its document. */
export interface ProjectFacts {
  readonly title: string
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  readonly shotCount: number
  readonly durationFrames: number
  readonly posterTakeId: string | null
}

export interface ProjectRow extends ProjectFacts {
  readonly projectId: string
  readonly folder: string
  readonly updatedAt: string
  /** The revision that project.json held when it was last written from here; 0 before. */
  readonly savedRevision: number
  readonly history: string | null
  readonly historyRevision: number
}

export interface ProjectTable {
  list(): readonly ProjectRow[]
  get(projectId: string): ProjectRow | null
  findByFolder(folder: string): ProjectRow | null
  /** Adds a project or moves it to another folder; its saved state is kept. */
  put(projectId: string, folder: string, facts: ProjectFacts, updatedAt: string): void
  updateFacts(projectId: string, facts: ProjectFacts, updatedAt: string): void
  markOpened(projectId: string): void
  /** Called when project.json holds the revision, durably. */
  markSaved(projectId: string, saved: { readonly revision: number; readonly history: string | null }): void
  forget(projectId: string): void
}

export function projectTable(database: SqlDatabase): ProjectTable {
  return {
    list: () => database.all('SELECT * FROM projects ORDER BY opened_order DESC LIMIT 1000').map(readRow),
    get: (projectId) => readOptional(database.get('SELECT * FROM projects WHERE project_id = :projectId', { projectId })),
    findByFolder: (folder) => readOptional(database.get('SELECT * FROM projects WHERE folder = :folder', { folder })),
    put: (projectId, folder, facts, updatedAt) => {
      database.transaction(() => {
        // A folder holds one project: what was there before under another id is gone from it.
        database.run('DELETE FROM projects WHERE folder = :folder AND project_id <> :projectId', { folder, projectId })
        database.run(
          `INSERT INTO projects (project_id, folder, title, updated_at, opened_order, frame_width, frame_height, rate_num, rate_den, shot_count, duration_frames, poster_take_id, saved_revision)
           VALUES (:projectId, :folder, :title, :updatedAt, (SELECT coalesce(max(opened_order), 0) + 1 FROM projects), :width, :height, :num, :den, :shotCount, :durationFrames, :posterTakeId, 0)
           ON CONFLICT (project_id) DO UPDATE SET folder = excluded.folder`,
          { projectId, folder, updatedAt, ...factParameters(facts) },
        )
      })
    },
    updateFacts: (projectId, facts, updatedAt) => {
      database.run(
        `UPDATE projects SET title = :title, updated_at = :updatedAt, frame_width = :width, frame_height = :height, rate_num = :num, rate_den = :den,
           shot_count = :shotCount, duration_frames = :durationFrames, poster_take_id = :posterTakeId WHERE project_id = :projectId`,
        { projectId, updatedAt, ...factParameters(facts) },
      )
    },
    markOpened: (projectId) => {
      database.run('UPDATE projects SET opened_order = (SELECT max(opened_order) + 1 FROM projects) WHERE project_id = :projectId', { projectId })
    },
    markSaved: (projectId, { revision, history }) => {
      database.run(
        'UPDATE projects SET saved_revision = :revision, history = :history, history_revision = :revision WHERE project_id = :projectId',
        { projectId, revision, history },
      )
    },
    forget: (projectId) => {
      database.run('DELETE FROM projects WHERE project_id = :projectId', { projectId })
    },
  }
}

function factParameters(facts: ProjectFacts) {
  const { title, frameSize, frameRate, shotCount, durationFrames, posterTakeId } = facts
  return { title, width: frameSize.width, height: frameSize.height, num: frameRate.num, den: frameRate.den, shotCount, durationFrames, posterTakeId }
}

function readOptional(row: Row | undefined): ProjectRow | null {
  return row ? readRow(row) : null
}

function readRow(row: Row): ProjectRow {
  return {
    projectId: String(row['project_id']),
    folder: String(row['folder']),
    title: String(row['title']),
    updatedAt: String(row['updated_at']),
    frameSize: { width: Number(row['frame_width']), height: Number(row['frame_height']) },
    frameRate: { num: Number(row['rate_num']), den: Number(row['rate_den']) },
    shotCount: Number(row['shot_count']),
    durationFrames: Number(row['duration_frames']),
    posterTakeId: row['poster_take_id'] as string | null,
    savedRevision: Number(row['saved_revision']),
    history: row['history'] as string | null,
    historyRevision: Number(row['history_revision']),
  }
}
