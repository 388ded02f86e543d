/** Version 1: projects, their edit journal, jobs, the index of takes, settings and measurements. */
import type { Migration } from './migration.ts'

export const migration0001: Migration = {
  version: 1,
  name: 'library',
  sql: `
    CREATE TABLE projects (
      project_id TEXT PRIMARY KEY,
      folder TEXT NOT NULL UNIQUE,
      title TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      -- Grows with each opening: the order of "recent" that no clock can spoil.
      opened_order INTEGER NOT NULL,
      frame_width INTEGER NOT NULL, frame_height INTEGER NOT NULL,
      rate_num INTEGER NOT NULL, rate_den INTEGER NOT NULL,
      shot_count INTEGER NOT NULL,
      duration_frames INTEGER NOT NULL,
      poster_take_id TEXT,
      -- The revision that project.json held when it was last written from here.
      saved_revision INTEGER NOT NULL,
      -- Undo history as of history_revision; later journal rows are replayed onto it.
      history TEXT,
      history_revision INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX projects_by_opening ON projects (opened_order DESC);

    CREATE TABLE journal (
      project_id TEXT NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
      revision INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo')),
      source TEXT NOT NULL CHECK (source IN ('user', 'engine', 'load')),
      label TEXT NOT NULL,
      coalesce_key TEXT,
      diff TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (project_id, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE jobs (
      -- Order of queueing; never reused.
      job_order INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('generate', 'export')),
      label TEXT NOT NULL,
      shot_id TEXT,
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
      request TEXT NOT NULL,
      -- How often it was begun: a job that keeps ending the program is not begun for ever.
      attempts INTEGER NOT NULL DEFAULT 0,
      error TEXT,
      take_id TEXT,
      export_result TEXT,
      created_at TEXT NOT NULL,
      finished_at TEXT
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs (state, kind, job_order);
    CREATE INDEX jobs_by_project ON jobs (project_id, job_order);
    CREATE INDEX jobs_unfinished ON jobs (job_order) WHERE state IN ('queued', 'running');
    CREATE INDEX jobs_finished ON jobs (job_order) WHERE state IN ('done', 'failed', 'cancelled');

    CREATE TABLE takes (
      take_order INTEGER PRIMARY KEY AUTOINCREMENT,
      take_id TEXT NOT NULL,
      project_id TEXT NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
      shot_id TEXT NOT NULL,
      prompt TEXT NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (project_id, take_id)
    ) STRICT;
    CREATE INDEX takes_by_shot ON takes (project_id, shot_id, take_order);
    CREATE VIRTUAL TABLE take_words USING fts5 (prompt, content = 'takes', content_rowid = 'take_order', tokenize = 'unicode61 remove_diacritics 2');
    CREATE TRIGGER takes_inserted AFTER INSERT ON takes BEGIN
      INSERT INTO take_words (rowid, prompt) VALUES (new.take_order, new.prompt);
    END;
    CREATE TRIGGER takes_deleted AFTER DELETE ON takes BEGIN
      INSERT INTO take_words (take_words, rowid, prompt) VALUES ('delete', old.take_order, old.prompt);
    END;

    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE measurements (
      pack_id TEXT NOT NULL,
      pack_digest TEXT NOT NULL,
      frame_width INTEGER NOT NULL, frame_height INTEGER NOT NULL,
      frame_count INTEGER NOT NULL,
      provider TEXT NOT NULL,
      seconds_per_step REAL NOT NULL,
      measured_order INTEGER NOT NULL,
      PRIMARY KEY (pack_id, pack_digest, frame_width, frame_height, frame_count, provider)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX measurements_newest ON measurements (pack_id, measured_order DESC);
  `,
}
