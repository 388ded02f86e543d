/** Saves what can still be read of a damaged library: which projects there are, their unsaved edits, and the settings. */
import { openDatabase, type Row, type SqlDatabase, type SqlValue } from './database.ts'

/** Rows that a new library takes over, table by table, in an order that keeps references whole. */
const DAMAGED_TABLES = ['projects', 'journal', 'settings'] as const
/** The edits in a backup are older than the project files: applied again, they would take newer ones back. */
const BACKUP_TABLES = ['projects', 'settings'] as const

/** Copies rows from the damaged library, then from its backups (newest first) what is still missing. Returns how many were saved. */
export function salvage(target: SqlDatabase, damaged: string, backups: readonly string[]): number {
  return backups.reduce((saved, file) => saved + salvageFile(target, file, BACKUP_TABLES), salvageFile(target, damaged, DAMAGED_TABLES))
}

function salvageFile(target: SqlDatabase, file: string, tables: readonly string[]): number {
  let source: SqlDatabase
  try {
    source = openDatabase(file, { isReadonly: true })
  } catch {
    // Not even its first page can be read.
    return 0
  }
  try {
    return tables.reduce((sum, table) => sum + salvageTable(source, target, table), 0)
  } finally {
    source.close()
  }
}

/** Rows are read one by one, so that those before a damaged page are kept. */
function salvageTable(source: SqlDatabase, target: SqlDatabase, table: string): number {
  const rows: Row[] = []
  try {
    source.each(`SELECT * FROM ${table}`, (row) => {
      rows.push(row)
    })
  } catch {
    // Here the damage begins; what came before it is in `rows`.
  }
  let saved = 0
  for (const row of rows) saved += insertIfPossible(target, table, row)
  return saved
}

/** A row that is there already, breaks a rule of the table or refers to a lost one is left out. */
function insertIfPossible(target: SqlDatabase, table: string, row: Row): number {
  const columns = Object.keys(row).filter((name) => /^[a-z0-9_]+$/.test(name))
  try {
    return target.run(
      `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`,
      Object.fromEntries(columns.map((name) => [name, row[name] as SqlValue])),
    )
  } catch {
    // Foreign keys and type checks are not silenced by OR IGNORE.
    return 0
  }
}
