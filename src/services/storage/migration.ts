/** Brings a library to this build's version: numbered steps, each one transaction, each run once. */
import { StudioError } from '#core/errors.ts'
import type { SqlDatabase } from './database.ts'
import { migration0001 } from './migrations/0001-library.ts'
import type { Migration } from './migrations/migration.ts'

/** "SHTW": tells a Shotwright library from any other SQLite file. */
export const APPLICATION_ID = 0x53_48_54_57

/** Released steps are never edited; a change is a new step with its own test. */
export const MIGRATIONS: readonly Migration[] = Object.freeze([migration0001])
export const LIBRARY_VERSION = MIGRATIONS.length

/** Runs the missing steps. Throws LIBRARY_NEWER, without touching anything, for a library of a later build. */
export function migrate(database: SqlDatabase, file: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const current = Number(database.pragma('user_version'))
  if (current > migrations.length) throw libraryNewer(file, current, migrations.length)
  for (const migration of migrations.slice(current)) {
    database.transaction(() => {
      // Another process may have been quicker between the look and the lock.
      if (Number(database.pragma('user_version')) >= migration.version) return
      database.script(migration.sql)
      database.pragma(`application_id = ${APPLICATION_ID}`)
      database.pragma(`user_version = ${migration.version}`)
    })
  }
}

export function libraryNewer(file: string, found: number, known: number): StudioError {
  return new StudioError({
    code: 'LIBRARY_NEWER',
    message: `The library ${file} was written by a newer Shotwright (version ${found}; this one knows ${known}).`,
    remedy: 'Update Shotwright. The library was left as it is.',
  })
}
