/** Rotating backups of the library: made while it is in use, by SQLite itself, never by copying the file. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { SqlDatabase } from './database.ts'

const KEPT_BACKUPS = 5
const MAX_AGE_MS = 24 * 60 * 60_000
const BACKUP_NAME = /^library-\d{4}-\d{2}-\d{2}T[\d-]+Z\.db$/

/** Makes a backup where the newest is older than a day, and removes all but the newest five. Returns its path, or null. */
export async function backUpLibrary(database: SqlDatabase, folder: string, clock: Clock): Promise<string | null> {
  mkdirSync(folder, { recursive: true })
  const newest = listBackups(folder)[0]
  // A clock that was set back must not keep backups from being made.
  if (newest !== undefined && Math.abs(clock.nowMs() - statSync(newest).mtimeMs) < MAX_AGE_MS) return null
  const stamp = new Date(clock.nowMs()).toISOString().replaceAll(/[:.]/g, '-')
  const file = join(folder, `library-${stamp}.db`)
  const temporary = `${file}.part`
  rmSync(temporary, { force: true })
  await database.backup(temporary)
  renameSync(temporary, file)
  for (const old of listBackups(folder).slice(KEPT_BACKUPS)) rmSync(old, { force: true })
  return file
}

export function backupFolderOf(dataFolder: string): string {
  return join(dataFolder, 'backups')
}

/** Newest first, by when the files were written. */
export function listBackups(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => BACKUP_NAME.test(name))
    .map((name) => join(folder, name))
    .toSorted((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs || (left < right ? 1 : -1))
}
