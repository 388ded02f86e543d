/** Rotating backups of the library: made while it is in use, by SQLite itself, never by copying the file. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { SqlDatabase } from './database.ts'

const KEPT_BACKUPS = 5
const MAX_AGE_MS = 24 * 60 * 60_000
/** The number says which is newer, whatever the clock said; the time is for people and for the age. */
const BACKUP_NAME = /^library-(\d{6})-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-\d{3}Z\.db$/

interface Backup { readonly file: string; readonly number: number; readonly madeMs: number }

/** Makes a backup where the newest is older than a day, and removes all but the newest five. Returns its path, or null. */
export async function backUpLibrary(database: SqlDatabase, folder: string, clock: Clock): Promise<string | null> {
  mkdirSync(folder, { recursive: true })
  const newest = readBackups(folder)[0]
  // A clock that was set back must not keep backups from being made.
  if (newest && Math.abs(clock.nowMs() - newest.madeMs) < MAX_AGE_MS) return null
  const stamp = new Date(clock.nowMs()).toISOString().replaceAll(/[:.]/g, '-')
  const file = join(folder, `library-${String((newest?.number ?? 0) + 1).padStart(6, '0')}-${stamp}.db`)
  const temporary = `${file}.part`
  rmSync(temporary, { force: true })
  await database.backup(temporary)
  renameSync(temporary, file)
  for (const old of readBackups(folder).slice(KEPT_BACKUPS)) rmSync(old.file, { force: true })
  return file
}

export function backupFolderOf(dataFolder: string): string {
  return join(dataFolder, 'backups')
}

/** Newest first. */
export function listBackups(folder: string): readonly string[] {
  return readBackups(folder).map(({ file }) => file)
}

function readBackups(folder: string): readonly Backup[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((name) => {
      const [, number, day, hour, minute, second] = BACKUP_NAME.exec(name) ?? []
      return number === undefined ? [] : [{ file: join(folder, name), number: Number(number), madeMs: Date.parse(`${day}T${hour}:${minute}:${second}Z`) }]
    })
    .toSorted((left, right) => right.number - left.number)
}
