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

export function libraryTables(database: SqlDatabase, file: string): LibraryTables {
  return {
    projects: projectTable(database),
    journal: openJournal(database),
    jobs: jobTable(database),
    takes: takeIndex(database),
    settings: settingsTable(database),
    measurements: measurementTable(database),
    transaction: (work) => {
      try {
        return database.transaction(work)
      } catch (error) {
        throw fileError(error, file)
      }
    },
  }
}
