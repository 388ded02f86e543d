/** All tables of an open library, and the transaction that spans them. */
import type { SqlDatabase } from './database.ts'
import { openJournal, type Journal } from './journal.ts'
import { jobTable, type JobTable } from './job-table.ts'
import { measurementTable, type MeasurementTable } from './measurement-table.ts'
import { projectTable, type ProjectTable } from './project-table.ts'
import { settingsTable, type SettingsTable } from './settings-table.ts'
import { takeIndex, type TakeIndex } from './take-index.ts'
import { fileError } from '../files/file-errors.ts'

export interface LibraryTables {
  readonly projects: ProjectTable
  readonly journal: Journal
  readonly jobs: JobTable
  readonly takes: TakeIndex
  readonly settings: SettingsTable
  readonly measurements: MeasurementTable
  /** All or nothing, durable when it returns; throws DISK_FULL or FOLDER_NOT_WRITABLE where the disk refuses. */
  transaction<Result>(work: () => Result): Result
}

export function libraryTables(raw: SqlDatabase, file: string): LibraryTables {
  const database = withTypedErrors(raw, file)
  return {
    projects: projectTable(database),
    journal: openJournal(database),
    jobs: jobTable(database),
    takes: takeIndex(database),
    settings: settingsTable(database),
    measurements: measurementTable(database),
    transaction: (work) => database.transaction(work),
  }
}

/** What the disk refuses reaches people as DISK_FULL, FOLDER_NOT_WRITABLE, LIBRARY_CORRUPT or NOT_READY. */
function withTypedErrors(database: SqlDatabase, file: string): SqlDatabase {
  function typed<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw fileError(error, file)
    }
  }
  return {
    ...database,
    run: (sql, parameters) => typed(() => database.run(sql, parameters)),
    get: (sql, parameters) => typed(() => database.get(sql, parameters)),
    all: (sql, parameters) => typed(() => database.all(sql, parameters)),
    transaction: (work) => typed(() => database.transaction(work)),
  }
}
