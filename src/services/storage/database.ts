/** The only file that knows better-sqlite3: opens a database with the settings that keep what was committed. */
import BetterSqlite3 from 'better-sqlite3'

export type SqlValue = string | number | bigint | Uint8Array | null
export type SqlParameters = Readonly<Record<string, SqlValue>>
export type Row = Readonly<Record<string, unknown>>

export interface SqlDatabase {
  /** Runs one statement; returns how many rows it changed. */
  run(sql: string, parameters?: SqlParameters): number
  get(sql: string, parameters?: SqlParameters): Row | undefined
  all(sql: string, parameters?: SqlParameters): readonly Row[]
  /** Visits rows one by one: what was visited before a damaged page is kept. */
  each(sql: string, visit: (row: Row) => void): void
  /** Runs several statements without parameters: for migrations. */
  script(sql: string): void
  /** All or nothing; nests by savepoints. Takes the write lock at once. */
  transaction<Result>(work: () => Result): Result
  pragma(text: string): unknown
  /** Copies the database, consistent at one moment, while it stays in use. */
  backup(file: string): Promise<void>
  close(): void
}

export interface OpenDatabaseOptions {
  readonly isReadonly?: boolean
  readonly busyTimeoutMs?: number
}

/** Settings of every connection. FULL, since better-sqlite3's WAL default (NORMAL) may lose acknowledged commits at power loss. */
const WRITER_PRAGMAS = ['journal_mode = WAL', 'synchronous = FULL', 'checkpoint_fullfsync = ON', 'foreign_keys = ON'] as const
const COMMON_PRAGMAS = ['trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0'] as const

/** Opens (or makes) a database file. Throws SqliteError with code SQLITE_NOTADB or SQLITE_CORRUPT for what is none. */
export function openDatabase(file: string, { isReadonly = false, busyTimeoutMs = 5_000 }: OpenDatabaseOptions = {}): SqlDatabase {
  const database = new BetterSqlite3(file, { readonly: isReadonly, fileMustExist: isReadonly, timeout: busyTimeoutMs })
  try {
    for (const pragma of COMMON_PRAGMAS) database.pragma(pragma)
    if (!isReadonly) for (const pragma of WRITER_PRAGMAS) database.pragma(pragma)
  } catch (error) {
    database.close()
    throw error
  }
  return adapt(database)
}

/** True for the codes by which SQLite says that a file is damaged or no database at all. */
export function isCorruption(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
}

function adapt(database: BetterSqlite3.Database): SqlDatabase {
  const statements = new Map<string, BetterSqlite3.Statement>()
  function prepare(sql: string): BetterSqlite3.Statement {
    const known = statements.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    run: (sql, parameters = {}) => prepare(sql).run(parameters).changes,
    get: (sql, parameters = {}) => prepare(sql).get(parameters) as Row | undefined,
    all: (sql, parameters = {}) => prepare(sql).all(parameters) as readonly Row[],
    each: (sql, visit) => {
      for (const row of prepare(sql).iterate()) visit(row as Row)
    },
    script: (sql) => {
      database.exec(sql)
    },
    transaction: (work) => database.transaction(work).immediate(),
    pragma: (text) => database.pragma(text, { simple: true }),
    backup: async (file) => {
      await database.backup(file)
    },
    close: () => {
      statements.clear()
      database.close()
    },
  }
}
