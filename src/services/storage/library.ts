/** Opens the library: refuses newer ones, moves damaged ones aside instead of losing them, and keeps rotating backups. */
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StudioError } from '#core/errors.ts'
import type { Clock } from '../clock.ts'
import { writeError } from '../files/file-errors.ts'
import { tryLock, type HeldLock } from '../files/lock-file.ts'
import { listBackups } from './backups.ts'
import { isCorruption, openDatabase, type SqlDatabase } from './database.ts'
import { APPLICATION_ID, LIBRARY_VERSION, libraryNewer, migrate } from './migration.ts'
import { salvage } from './salvage.ts'

export interface Library {
  readonly file: string
  readonly database: SqlDatabase
  /** True where there was none, or none that could be read: its list of projects is to be made anew. */
  readonly isNew: boolean
  /** What the person should know: a damaged library that was replaced. */
  readonly problems: readonly StudioError[]
}

/** Opens `file`, making a new library where there is none, or a damaged one with what can be saved of it or of the backups. */
export function openLibrary(file: string, backupFolder: string, clock: Clock): Library {
  let lock: HeldLock | null = null
  try {
    mkdirSync(dirname(file), { recursive: true })
    lock = waitForLock(`${file}.lock`)
    const isNew = !existsSync(file)
    const damage = findDamage(file)
    if (damage === null) return { file, database: openSound(file), isNew, problems: [] }
    const movedAside = moveAside(file, clock)
    const database = openSound(file)
    const savedRows = salvage(database, movedAside, listBackups(backupFolder))
    return { file, database, isNew: true, problems: [libraryCorrupt(file, movedAside, damage, savedRows)] }
  } catch (error) {
    throw writeError(error, file)
  } finally {
    lock?.release()
  }
}

const LOCK_WAIT_MS = 10_000
const LOCK_POLL_MS = 20

/** One process at a time looks at and makes the library: a file in the making is not a damaged one. */
function waitForLock(file: string): HeldLock {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; waitedMs < LOCK_WAIT_MS; waitedMs += LOCK_POLL_MS) {
    const outcome = tryLock(file)
    if ('lock' in outcome) return outcome.lock
    Atomics.wait(sleeper, 0, 0, LOCK_POLL_MS)
  }
  throw new StudioError({ code: 'NOT_READY', message: 'Another Shotwright is just opening the library.', remedy: 'Wait a moment, then try again.' })
}

/** What is wrong with an existing library file, in a few words, or null. Throws LIBRARY_NEWER before anything is written. */
function findDamage(file: string): string | null {
  if (!existsSync(file)) return existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0 ? 'its main file is gone' : null
  const header = readHeader(file)
  if (header === null) return 'it is empty or no SQLite file'
  // A zero application id is a library whose first migration was still in its write-ahead log when the process ended.
  if (header.applicationId !== APPLICATION_ID && header.applicationId !== 0) return 'it belongs to another program'
  if (header.userVersion > LIBRARY_VERSION) throw libraryNewer(file, header.userVersion, LIBRARY_VERSION)
  return checkPages(file)
}

function checkPages(file: string): string | null {
  let database: SqlDatabase | null = null
  try {
    database = openDatabase(file, { isReadonly: true })
    const verdict = database.pragma('quick_check(1)')
    if (verdict !== 'ok') return String(verdict).slice(0, 200)
    const version = Number(database.pragma('user_version'))
    const applicationId = Number(database.pragma('application_id'))
    if (version > 0 && applicationId !== APPLICATION_ID) return 'it belongs to another program'
    if (version === 0 && hasTables(database)) return 'it belongs to another program'
    return null
  } catch (error) {
    if (isCorruption(error)) return error instanceof Error ? error.message : 'it cannot be read'
    throw error
  } finally {
    database?.close()
  }
}

function hasTables(database: SqlDatabase): boolean {
  return database.get('SELECT name FROM sqlite_schema LIMIT 1') !== undefined
}

function openSound(file: string): SqlDatabase {
  const database = openDatabase(file)
  try {
    migrate(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Renames the file and its companions to a free name with the time in it; never deletes or overwrites. */
function moveAside(file: string, clock: Clock): string {
  const stamp = new Date(clock.nowMs()).toISOString().replaceAll(/[:.]/g, '-')
  let target = join(dirname(file), `library-damaged-${stamp}.db`)
  for (let attempt = 2; existsSync(target); attempt += 1) target = join(dirname(file), `library-damaged-${stamp}-${attempt}.db`)
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${target}${suffix}`)
  }
  return target
}

function libraryCorrupt(file: string, movedAside: string, damage: string, savedRows: number): StudioError {
  return new StudioError({
    code: 'LIBRARY_CORRUPT',
    message: `The library ${file} was damaged (${damage}).`,
    remedy: `It was kept as ${movedAside}, and a new library was made from the project folders. Open a project that is not listed by choosing its folder.`,
    detail: `${damage}; ${savedRows} rows were saved`,
  })
}

interface SqliteHeader { readonly userVersion: number; readonly applicationId: number }

/** Reads identity and version from the file's first bytes, without SQLite writing anything; null where it is no SQLite file. */
function readHeader(file: string): SqliteHeader | null {
  const header = Buffer.alloc(100)
  const handle = openSync(file, 'r')
  try {
    if (readSync(handle, header, 0, 100, 0) < 100) return null
  } finally {
    closeSync(handle)
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') return null
  return { userVersion: header.readUInt32BE(60), applicationId: header.readUInt32BE(68) }
}
