/** The library file: settings that keep commits, migrations, damage of every kind, backups, and queries that never scan. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUpLibrary, listBackups } from '#services/storage/backups.ts'
import { openDatabase, type SqlDatabase } from '#services/storage/database.ts'
import { openLibrary, type Library } from '#services/storage/library.ts'
import { APPLICATION_ID, LIBRARY_VERSION, migrate, MIGRATIONS } from '#services/storage/migration.ts'
import type { Migration } from '#services/storage/migrations/migration.ts'
import { libraryTables } from '#services/storage/tables.ts'
import { manualClock } from './manual-clock.ts'

let folder: string
let opened: SqlDatabase[] = []
const clock = manualClock()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shotwright-library-'))
})
afterEach(() => {
  for (const database of opened) database.close()
  opened = []
  rmSync(folder, { recursive: true, force: true })
})

const file = (): string => join(folder, 'library.db')
function open(): Library {
  const library = openLibrary(file(), join(folder, 'backups'), clock)
  opened.push(library.database)
  return library
}
function close(library: Library): void {
  opened = opened.filter((database) => database !== library.database)
  library.database.close()
}
const FACTS = { title: 'A film', frameSize: { width: 32, height: 32 }, frameRate: { num: 24, den: 1 }, shotCount: 1, durationFrames: 24, posterTakeId: null }
const DIFF = { project: null, collections: {} }
const entry = (revision: number) => ({ revision, kind: 'edit', source: 'user', label: `Edit ${revision}`, coalesceKey: null, diff: DIFF, at: '2026-11-22T00:00:00.000Z' }) as const
function fill({ database, file: path }: Library): void {
  const tables = libraryTables(database, path)
  tables.projects.put('prj_0001', '/films/one', FACTS, '2026-11-22T00:00:00.000Z')
  for (let revision = 1; revision <= 3; revision += 1) tables.journal.append('prj_0001', entry(revision))
  tables.settings.set('theme', { dark: true })
}
function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

describe('the library', () => {
  it('is opened with the settings that keep acknowledged commits through a power loss', () => {
    const { database } = open()
    const pragma = (name: string): unknown => database.pragma(name)
    expect({
      journal: pragma('journal_mode'), synchronous: pragma('synchronous'), fullfsync: pragma('checkpoint_fullfsync'), foreign: pragma('foreign_keys'),
      busy: pragma('busy_timeout'), trusted: pragma('trusted_schema'), cells: pragma('cell_size_check'), mmap: pragma('mmap_size'),
      application: pragma('application_id'), version: pragma('user_version'),
    }).toEqual({
      journal: 'wal', synchronous: 2, fullfsync: 1, foreign: 1, busy: 5_000, trusted: 0, cells: 1, mmap: 0, application: APPLICATION_ID, version: LIBRARY_VERSION,
    })
  })

  it('refuses a library of a newer version and leaves its bytes as they are', () => {
    const library = open()
    fill(library)
    library.database.pragma(`user_version = ${LIBRARY_VERSION + 1}`)
    close(library)
    const before = digest(file())
    expect(() => openLibrary(file(), join(folder, 'backups'), clock)).toThrow(expect.objectContaining({ code: 'LIBRARY_NEWER', message: expect.stringContaining(`version ${LIBRARY_VERSION + 1}`) }))
    expect(digest(file())).toBe(before)
    expect(readdirSync(folder)).toEqual(['library.db'])
  })

  it.each([
    ['an empty file', () => writeFileSync(file(), '')],
    ['garbage', () => writeFileSync(file(), Buffer.alloc(8_192, 'garbage'))],
    ['a library cut short', () => writeFileSync(file(), readFileSync(file()).subarray(0, 20_000))],
    ['a library whose pages were overwritten', () => {
      const bytes = readFileSync(file())
      bytes.fill(0xa5, 4_096 * 3)
      writeFileSync(file(), bytes)
    }],
    ["another program's database", () => {
      rmSync(file())
      const other = openDatabase(file())
      other.script('CREATE TABLE notes (text TEXT); PRAGMA user_version = 1')
      other.close()
    }],
  ])('keeps %s aside under a name with the time, and makes a new library', (_what, damage) => {
    const library = open()
    fill(library)
    close(library)
    damage()
    const before = digest(file())
    const anew = open()
    const aside = readdirSync(folder).filter((name) => name.startsWith('library-damaged-') && name.endsWith('.db'))
    expect(aside).toEqual(['library-damaged-2026-11-22T00-00-00-000Z.db'])
    expect(digest(join(folder, aside[0] ?? ''))).toBe(before)
    expect([anew.isNew, anew.database.pragma('quick_check'), anew.problems.map(({ code }) => code)]).toEqual([true, 'ok', ['LIBRARY_CORRUPT']])
  })

  it('never overwrites what was put aside before', () => {
    for (const content of ['', 'x'.repeat(200)]) {
      writeFileSync(file(), content)
      close(open())
      rmSync(file())
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('library-damaged-'))).toHaveLength(2)
  })

  it('saves projects, unsaved edits and settings from a library of which only other pages are damaged', () => {
    const library = open()
    fill(library)
    const page = Number(library.database.get(`SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_by_state'`)?.['rootpage'])
    library.database.pragma('wal_checkpoint(TRUNCATE)')
    close(library)
    const bytes = readFileSync(file())
    bytes.fill(0xff, 4_096 * (page - 1), 4_096 * page)
    writeFileSync(file(), bytes)
    const anew = open()
    const tables = libraryTables(anew.database, anew.file)
    expect(anew.problems).toHaveLength(1)
    expect(tables.projects.list().map(({ projectId, folder: at }) => [projectId, at])).toEqual([['prj_0001', '/films/one']])
    expect(tables.journal.entriesAfter('prj_0001', 0)).toEqual([entry(1), entry(2), entry(3)])
    expect(tables.settings.all()).toEqual({ theme: { dark: true } })
  })

  it('takes the list of projects from the newest backup where the library is wholly lost, but no edits older than the files', async () => {
    const library = open()
    fill(library)
    await backUpLibrary(library.database, join(folder, 'backups'), clock)
    close(library)
    writeFileSync(file(), 'nothing left of it')
    const anew = open()
    const tables = libraryTables(anew.database, anew.file)
    expect([tables.projects.list().length, tables.journal.entriesAfter('prj_0001', 0)]).toEqual([1, []])
  })

  it('says in a sentence where the folder of the library cannot be made', () => {
    writeFileSync(join(folder, 'plain'), 'a file, no folder')
    expect(() => openLibrary(join(folder, 'plain', 'library.db'), folder, clock)).toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
  })
})

describe('migrations', () => {
  it('number themselves from one, without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })

  it('1 makes, from an empty database, a library that holds what is put in', () => {
    const database = openDatabase(file())
    opened.push(database)
    migrate(database, file(), MIGRATIONS.slice(0, 1))
    const tables = libraryTables(database, file())
    tables.projects.put('prj_0001', '/films/one', FACTS, '2026-11-22T00:00:00.000Z')
    tables.journal.append('prj_0001', entry(1))
    tables.takes.add({ takeId: 'tak_0001', projectId: 'prj_0001', shotId: 'sht_0001', prompt: 'a red car in Köln', createdAt: '2026-11-22T00:00:00.000Z' })
    expect(tables.projects.get('prj_0001')).toEqual({
      projectId: 'prj_0001', folder: '/films/one', updatedAt: '2026-11-22T00:00:00.000Z', ...FACTS, savedRevision: 0, history: null, historyRevision: 0,
    })
    expect(tables.takes.search({ text: 'koln red', before: null, limit: 5 }).map(({ takeId }) => takeId)).toEqual(['tak_0001'])
    expect(tables.takes.search({ text: '"*) OR', before: null, limit: 5 })).toEqual([])
    tables.projects.forget('prj_0001')
    expect([tables.journal.lastRevision('prj_0001'), tables.takes.search({ text: 'red', before: null, limit: 5 })]).toEqual([null, []])
  })

  it('refuse a newer version that only the write-ahead log knows of yet', () => {
    const { database } = open()
    database.pragma(`user_version = ${LIBRARY_VERSION + 1}`)
    expect(() => migrate(database, file())).toThrow(expect.objectContaining({ code: 'LIBRARY_NEWER' }))
  })

  it('keep all rows of the version before, and a failing one leaves that version whole', () => {
    const library = open()
    fill(library)
    const rows = (): unknown => ['projects', 'journal', 'settings'].map((table) => library.database.all(`SELECT * FROM ${table}`))
    const before = rows()
    const failing: Migration = { version: 2, name: 'fails', sql: 'ALTER TABLE settings ADD COLUMN extra TEXT; INSERT INTO no_such_table VALUES (1)' }
    expect(() => migrate(library.database, file(), [...MIGRATIONS, failing])).toThrow('no_such_table')
    expect([library.database.pragma('user_version'), rows()]).toEqual([1, before])
    migrate(library.database, file(), [...MIGRATIONS, { version: 2, name: 'adds', sql: 'CREATE TABLE extra (x TEXT) STRICT' }])
    expect([library.database.pragma('user_version'), rows()]).toEqual([2, before])
  })
})

describe('backups', () => {
  it('are made once a day, are whole databases, and five of them are kept', async () => {
    const own = manualClock()
    const library = open()
    fill(library)
    const backups = join(folder, 'backups')
    for (let day = 0; day < 7; day += 1) {
      const made = await backUpLibrary(library.database, backups, own)
      expect(made).not.toBeNull()
      expect(await backUpLibrary(library.database, backups, own)).toBeNull()
      own.advance(25 * 60 * 60_000)
    }
    const kept = listBackups(backups)
    expect([kept.length, kept[0]]).toEqual([5, join(backups, 'library-000007-2026-11-28T06-00-00-000Z.db')])
    const copy = openDatabase(kept[0] ?? '', { isReadonly: true })
    expect([copy.pragma('integrity_check'), copy.all('SELECT revision FROM journal')]).toEqual(['ok', [{ revision: 1 }, { revision: 2 }, { revision: 3 }]])
    copy.close()
    expect(readdirSync(backups).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('are made again when the clock was set back by more than a day, and only files of that name are ever removed', async () => {
    const own = manualClock()
    const library = open()
    const backups = join(folder, 'backups')
    mkdirSync(backups)
    writeFileSync(join(backups, 'my-own-copy.db'), 'mine')
    await backUpLibrary(library.database, backups, own)
    own.setWall(own.nowMs() - 3 * 24 * 60 * 60_000)
    expect(await backUpLibrary(library.database, backups, own)).not.toBeNull()
    expect(existsSync(join(backups, 'my-own-copy.db'))).toBe(true)
  })
})

describe('queries', () => {
  it('find their rows by an index: none scans a table that grows', () => {
    const { database, file: path } = open()
    const asked = new Set<string>()
    const spy: SqlDatabase = {
      ...database,
      run: (sql, parameters) => { asked.add(sql); return database.run(sql, parameters) },
      get: (sql, parameters) => { asked.add(sql); return database.get(sql, parameters) },
      all: (sql, parameters) => { asked.add(sql); return database.all(sql, parameters) },
    }
    const tables = libraryTables(spy, path)
    tables.projects.put('prj_0001', '/films/one', FACTS, 'now')
    tables.projects.list()
    tables.projects.findByFolder('/films/one')
    tables.projects.markOpened('prj_0001')
    tables.projects.markSaved('prj_0001', { revision: 1, history: null })
    tables.projects.updateFacts('prj_0001', FACTS, 'now')
    tables.journal.append('prj_0001', entry(1))
    tables.journal.entriesAfter('prj_0001', 0)
    tables.journal.lastRevision('prj_0001')
    tables.journal.prune('prj_0001', 300, 200)
    tables.takes.replace('prj_0001', [{ takeId: 'tak_0001', projectId: 'prj_0001', shotId: 'sht_0001', prompt: 'red', createdAt: 'now' }])
    tables.takes.page({ projectId: 'prj_0001', shotId: 'sht_0001', before: null, limit: 100 })
    tables.takes.search({ text: 'red', before: null, limit: 100 })
    tables.jobs.add([{ jobId: 'job_0001', projectId: 'prj_0001', kind: 'generate', label: 'x', shotId: null, request: '{}', createdAt: 'now' }])
    tables.jobs.next('generate', ['prj_0001'])
    tables.jobs.list('prj_0001')
    tables.jobs.list(null)
    tables.jobs.markRunning('job_0001')
    tables.jobs.finish('job_0001', { state: 'done', finishedAt: 'now' })
    tables.measurements.record({ packId: 'p', packDigest: 'd', frameSize: FACTS.frameSize, frameCount: 5, provider: 'cpu', secondsPerStep: 1 })
    tables.measurements.newestSecondsPerStep('p', 'd')
    const scans = [...asked].flatMap((sql) => {
      const parameters = Object.fromEntries([...sql.matchAll(/:(\w+)/g)].map(([, name]) => [name ?? '', null]))
      return database.all(`EXPLAIN QUERY PLAN ${sql}`, parameters)
        .map((row) => String(row['detail']))
        .filter((detail) => /^SCAN (projects|journal|jobs|takes)\b(?!.* USING)/.test(detail) || /USE TEMP B-TREE/.test(detail))
        .map((detail) => `${detail}: ${sql.trim().slice(0, 80)}`)
    })
    expect(scans).toEqual([])
  })

  it('list the newest takes of a shot page by page, each take once', () => {
    const library = open()
    const tables = libraryTables(library.database, library.file)
    tables.projects.put('prj_0001', '/films/one', FACTS, 'now')
    tables.transaction(() => {
      for (let index = 0; index < 250; index += 1) tables.takes.add({ takeId: `tak_${1_000 + index}`, projectId: 'prj_0001', shotId: index % 2 === 0 ? 'sht_even' : 'sht_odd1', prompt: 'red', createdAt: 'now' })
    })
    const seen: string[] = []
    for (let before: number | null = null; ;) {
      const page = tables.takes.page({ projectId: 'prj_0001', shotId: 'sht_even', before, limit: 40 })
      if (page.length === 0) break
      seen.push(...page.map(({ takeId }) => takeId))
      before = page.at(-1)?.takeOrder ?? 0
    }
    expect(seen).toEqual(Array.from({ length: 125 }, (_, index) => `tak_${1_248 - 2 * index}`))
  })
})
