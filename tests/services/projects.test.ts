/** Projects on disk: durable edits, locks, copies, files that others changed, and what malformed input is told. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { openDatabase } from '#services/storage/database.ts'
import { safeName } from '#services/projects/project-folder.ts'
import { manualClock } from './manual-clock.ts'
import { edit, projectOf, reread, shotIdsOf, workshop, type Workshop } from './studio-harness.ts'

let shop: Workshop
beforeEach(() => {
  shop = workshop()
})
afterEach(() => shop.dispose())

const NEW = { title: 'A film', frameSize: { width: 32, height: 32 }, frameRate: { num: 16, den: 1 }, script: null, folder: null }

describe('edits', () => {
  it('are in the journal before they are answered, and in project.json after quiet time', async () => {
    const clock = manualClock()
    const { client } = shop.open({ clock, idleSaveMs: 2_000 })
    const project = await projectOf(client, ['a red car'])
    const file = join(project.folder, 'project.json')
    const saved = (): unknown => JSON.parse(readFileSync(file, 'utf8'))
    const now = await reread(client, project)
    expect(saved()).not.toEqual(now.document)
    clock.advance(1_999)
    expect(saved()).not.toEqual(now.document)
    clock.advance(1)
    expect(saved()).toEqual(now.document)
    expect(readFileSync(file, 'utf8')).toBe(`${canonicalJson(now.document, 2)}\n`)
    expect(clock.waiting()).toBe(0)
  })

  it('are told to every window with their revision and what can be undone', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, [])
    const seen: unknown[] = []
    client.on('project.changed', ({ revision, source, label, history }) => seen.push({ revision, source, label, ...history }))
    const projectId = project.document.project.id
    const revision = await edit(client, projectId, 'project.edit', { title: 'Another film' })
    await client.call('project.undo', { projectId })
    expect(seen).toEqual([
      { revision, source: 'user', label: expect.any(String), canUndo: true, canRedo: false, undoLabel: expect.any(String), redoLabel: null },
      { revision: revision + 1, source: 'user', label: expect.any(String), canUndo: true, canRedo: true, undoLabel: expect.any(String), redoLabel: expect.any(String) },
    ])
    expect((await reread(client, project)).document).toEqual(project.document)
  })

  it('that are refused change nothing and are no revision', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, ['a red car'])
    const projectId = project.document.project.id
    const refused = [
      { type: 'no.such', payload: {} },
      { type: 'shot.edit', payload: { shotIds: shotIdsOf(project), changes: { prompt: 'x'.repeat(100_000) } } },
      { type: 'shot.trim', payload: { shotId: shotIdsOf(project)[0], trimStartFrames: 0, durationFrames: 0 } },
      { type: 'shot.trim', payload: { shotId: shotIdsOf(project)[0], trimStartFrames: 0, durationFrames: 1e12 } },
      { type: 'shot.delete', payload: { shotIds: ['sht_nowhere'] } },
      { type: 'take.add', payload: {} },
      { type: 'media.add', payload: {} },
      { type: '__proto__', payload: JSON.parse('{"__proto__":{"polluted":1}}') },
    ]
    for (const command of refused) {
      const result = await client.call('project.dispatch', { projectId, command, coalesceKey: null })
      expect([command.type, result]).toEqual([command.type, { ok: false, rejected: expect.any(String), message: expect.any(String), remedy: expect.any(String) }])
    }
    expect(await reread(client, project)).toEqual(project)
  })

  it('are undone after the project was closed and opened again', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one', 'two'])
    const projectId = project.document.project.id
    await first.client.call('project.undo', { projectId })
    await first.studio.dispose()
    const { client } = shop.open()
    const opened = await client.call('project.open', { projectId, folder: null })
    expect([shotIdsOf(opened).length, opened.history.canUndo, opened.history.canRedo]).toEqual([1, true, true])
    await client.call('project.redo', { projectId })
    expect((await reread(client, project)).document).toEqual(project.document)
    await client.call('project.undo', { projectId })
    await client.call('project.undo', { projectId })
    expect(shotIdsOf(await reread(client, project))).toEqual([])
  })

  it.each(['{"undo":[', '{}', 'null', ''])('whose history was damaged to %j are kept, without the steps', async (damaged) => {
    const { client } = shop.open()
    const project = await projectOf(client, ['a red car'])
    const projectId = project.document.project.id
    await client.call('project.close', { projectId })
    const library = openDatabase(join(shop.dataFolder, 'library.db'))
    library.run('UPDATE projects SET history = :damaged', { damaged })
    library.close()
    const opened = await client.call('project.open', { projectId, folder: null })
    expect([shotIdsOf(opened).length, opened.history.canUndo]).toEqual([1, false])
  })

  it('say that there is nothing to undo where there is nothing', async () => {
    const { client } = shop.open()
    const { document } = await client.call('project.create', NEW)
    expect(await client.call('project.undo', { projectId: document.project.id })).toMatchObject({ ok: false, rejected: 'not-possible' })
    expect(await client.call('project.redo', { projectId: document.project.id })).toMatchObject({ ok: false, rejected: 'not-possible' })
  })
})

describe('project.json', () => {
  it('that somebody edited while the project was closed is taken as it is', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['a red car'])
    await first.studio.dispose()
    const file = join(project.folder, 'project.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('a red car', 'a green car'))
    const { client } = shop.open()
    const opened = await client.call('project.open', { projectId: null, folder: project.folder })
    expect(Object.values(opened.document.shots).map(({ prompt }) => prompt)).toEqual(['a green car'])
    expect([opened.revision > project.revision, opened.history.canUndo]).toEqual([true, false])
  })

  it('that was put back from an older copy stays the older one', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one'])
    const projectId = project.document.project.id
    await first.client.call('project.save', { projectId })
    const copy = join(shop.folder, 'copy')
    cpSync(project.folder, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') })
    await edit(first.client, projectId, 'project.edit', { title: 'Newer' })
    await first.studio.dispose()
    rmSync(project.folder, { recursive: true })
    renameSync(copy, project.folder)
    const { client } = shop.open()
    const opened = await client.call('project.open', { projectId, folder: null })
    expect([opened.document.project.title, opened.history.canUndo]).toEqual(['A film', false])
    await edit(client, projectId, 'project.edit', { title: 'Goes on' })
  })

  it('does not lose edits that were never saved, even where the library is the older of the two', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one'])
    const projectId = project.document.project.id
    await first.studio.dispose()
    for (const name of readdirSync(shop.dataFolder)) if (name.startsWith('library.db')) cpSync(join(shop.dataFolder, name), join(shop.folder, name))
    const second = shop.open()
    await edit(second.client, projectId, 'project.edit', { title: 'Newer' })
    await second.studio.dispose()
    for (const name of readdirSync(shop.dataFolder)) if (name.startsWith('library.db')) rmSync(join(shop.dataFolder, name))
    for (const name of readdirSync(shop.folder)) if (name.startsWith('library.db')) cpSync(join(shop.folder, name), join(shop.dataFolder, name))
    const { client } = shop.open()
    const opened = await client.call('project.open', { projectId, folder: null })
    expect([opened.document.project.title, opened.history.canUndo]).toEqual(['Newer', false])
  })

  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2), 'PROJECT_MALFORMED'],
    ['empty', () => '', 'PROJECT_MALFORMED'],
    ['of a newer version', (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 99'), 'PROJECT_NEWER'],
    ['with hostile keys', (text: string) => text.replace('"shots": {', '"shots": {"__proto__": {},'), 'PROJECT_MALFORMED'],
    ['with a path out of the folder', (text: string) => text.replace('"media": {}', '"media": {"med_0001":{"id":"med_0001","kind":"audio","stored":{"file":"../../etc/passwd","bytes":1,"sha256":"' + '0'.repeat(64) + '"},"displayName":"x","durationSeconds":1,"frameSize":null,"origin":{"kind":"import"}}}'), 'PROJECT_MALFORMED'],
  ])('%s is refused with a reason, left as it is, and its lock is let go', async (_what, change, code) => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one'])
    await first.studio.dispose()
    const file = join(project.folder, 'project.json')
    const broken = change(readFileSync(file, 'utf8'))
    writeFileSync(file, broken)
    const { client } = shop.open()
    await expect(client.call('project.open', { projectId: null, folder: project.folder })).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\w/) })
    expect([readFileSync(file, 'utf8'), existsSync(join(project.folder, '.shotwright.lock'))]).toEqual([broken, false])
    expect((await client.call('library.list', {})).projects).toHaveLength(1)
  })
})

describe('opening', () => {
  it('hands one project to two windows, and a copy of its folder becomes a project of its own', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, ['one'])
    const projectId = project.document.project.id
    expect(await client.call('project.open', { projectId: null, folder: project.folder })).toEqual(project)
    await client.call('project.save', { projectId })
    const copy = join(shop.folder, 'copy')
    cpSync(project.folder, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') })
    const opened = await client.call('project.open', { projectId: null, folder: copy })
    expect(opened.document.project.id).not.toBe(projectId)
    expect({ ...opened.document, project: { ...opened.document.project, id: projectId } }).toEqual(project.document)
    await edit(client, opened.document.project.id, 'project.edit', { title: 'The copy' })
    expect((await reread(client, project)).document.project.title).toBe('A film')
    expect((await client.call('library.list', {})).projects.map(({ title, folder }) => [title, folder])).toEqual([['The copy', copy], ['A film', project.folder]])
  })

  it('follows a project whose folder was moved', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one'])
    const projectId = project.document.project.id
    await first.studio.dispose()
    const moved = join(shop.folder, 'moved')
    renameSync(project.folder, moved)
    const { client } = shop.open()
    expect((await client.call('library.list', {})).projects).toMatchObject([{ projectId, isMissing: true }])
    await expect(client.call('project.open', { projectId, folder: null })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const opened = await client.call('project.open', { projectId: null, folder: moved })
    expect([opened.document, opened.revision]).toEqual([project.document, project.revision])
    expect((await client.call('library.list', {})).projects).toMatchObject([{ projectId, folder: moved, isMissing: false }])
  })

  it('lists the projects of the studio folder again where the library is lost', async () => {
    const first = shop.open()
    await projectOf(first.client, ['one'])
    await first.client.call('project.create', { ...NEW, title: 'Second' })
    await first.studio.dispose()
    for (const name of readdirSync(shop.dataFolder)) if (name.startsWith('library.db')) rmSync(join(shop.dataFolder, name))
    const { client } = shop.open()
    expect((await client.call('library.list', {})).projects.map(({ title }) => title).toSorted()).toEqual(['A film', 'Second'])
    expect((await client.call('app.doctor', {})).library.integrity).toBe('ok')
  })

  it('tells through the doctor that a damaged library was replaced', async () => {
    const first = shop.open()
    await projectOf(first.client, ['one'])
    await first.studio.dispose()
    writeFileSync(join(shop.dataFolder, 'library.db'), 'damaged')
    const { client } = shop.open()
    const report = await client.call('app.doctor', {})
    expect(report.problems).toMatchObject([{ code: 'LIBRARY_CORRUPT', remedy: expect.stringContaining('library-damaged-') }])
    expect((await client.call('library.list', {})).projects.map(({ title }) => title)).toEqual(['A film'])
  })

  it.each([
    [{ projectId: null, folder: null }, 'NOT_FOUND'], [{ projectId: 'prj_nowhere', folder: null }, 'NOT_FOUND'], [{ projectId: null, folder: '/no/such/folder' }, 'NOT_FOUND'],
    [{ projectId: null, folder: 'relative' }, 'INVALID_INPUT'], [{ projectId: null, folder: '/tmp/\0' }, 'INVALID_INPUT'], [{ projectId: null, folder: '/' }, 'NOT_FOUND'],
  ])('of %j is refused with %s', async (input, code) => {
    const { client } = shop.open()
    await expect(client.call('project.open', input)).rejects.toMatchObject({ code })
  })
})

describe('making a project', () => {
  it('makes the shots of its script at once, which is no step to undo', async () => {
    const { client } = shop.open()
    const made = await client.call('project.create', { ...NEW, script: 'A red car drives through the rain.\n\nCLOSE ON the driver.' })
    expect([shotIdsOf(made).length > 1, made.history.canUndo]).toEqual([true, false])
  })

  it('refuses a folder that is not empty and leaves it alone', async () => {
    const { client } = shop.open()
    const folder = join(shop.folder, 'full')
    mkdirSync(folder)
    writeFileSync(join(folder, 'thesis.txt'), 'mine')
    await expect(client.call('project.create', { ...NEW, folder })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(readdirSync(folder)).toEqual(['thesis.txt'])
  })

  it('refuses a folder that cannot be made, in words', async () => {
    const { client } = shop.open()
    writeFileSync(join(shop.folder, 'plain'), '')
    await expect(client.call('project.create', { ...NEW, folder: join(shop.folder, 'plain', 'film') })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    await expect(client.call('project.create', { ...NEW, folder: 'film' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('is neither open nor listed where its file could not be written', async () => {
    const { client, studio } = shop.open()
    const folder = join(shop.folder, 'film')
    // A folder in the file's place, put there between the check for an empty folder and the first save.
    const stop = studio.onEvent(({ name }) => {
      if (name === 'library.changed') mkdirSync(join(folder, 'project.json'), { recursive: true })
    })
    await expect(client.call('project.create', { ...NEW, folder })).rejects.toThrow()
    stop()
    expect((await client.call('library.list', {})).projects).toEqual([])
    expect(readdirSync(folder).toSorted()).toEqual(['exports', 'media', 'project.json', 'project.revision.json', 'takes'])
  })

  it('sweeps what a killed studio left half written among takes and media', async () => {
    const { client } = shop.open()
    const { folder, document } = await client.call('project.create', NEW)
    await client.call('project.close', { projectId: document.project.id })
    for (const name of ['takes', 'media']) writeFileSync(join(folder, name, '.tmp-left'), '')
    await client.call('project.open', { projectId: document.project.id, folder: null })
    expect([readdirSync(join(folder, 'takes')), readdirSync(join(folder, 'media'))]).toEqual([[], []])
  })

  it('gives projects of one title folders of their own', async () => {
    const { client } = shop.open()
    const folders = [await client.call('project.create', NEW), await client.call('project.create', NEW)].map(({ folder }) => folder)
    expect(folders).toEqual([join(shop.dataFolder, 'projects', 'a-film'), join(shop.dataFolder, 'projects', 'a-film-2')])
  })

  it.each([
    ['Été à Köln', 'ete-a-koln'], ['con', 'project-con'], ['../../etc', 'etc'], ['', 'project'], ['🎬', 'project'], ['a'.repeat(300), 'a'.repeat(60)], ['-x-', 'x'], ['100%d shot', '100-d-shot'], ['红色', 'project'],
  ])('names the folder of "%s" %s', (title, name) => {
    expect(safeName(title)).toBe(name)
  })
})

describe('the lock of a project', () => {
  const lockFile = (folder: string): string => join(folder, '.shotwright.lock')

  it('is held while it is open and let go when it is closed', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, [])
    expect(JSON.parse(readFileSync(lockFile(project.folder), 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() })
    await client.call('project.close', { projectId: project.document.project.id })
    expect(existsSync(lockFile(project.folder))).toBe(false)
  })

  it.each([
    ['a living process', { pid: process.ppid, host: hostname() }],
    ['another computer', { pid: 1, host: 'another-computer' }],
  ])('of %s is respected, and who holds it is said', async (_who, holder) => {
    const first = shop.open()
    const project = await projectOf(first.client, [])
    await first.studio.dispose()
    writeFileSync(lockFile(project.folder), JSON.stringify({ token: 'another', processStart: null, ...holder }))
    const { client } = shop.open()
    await expect(client.call('project.open', { projectId: null, folder: project.folder })).rejects.toMatchObject({ code: 'PROJECT_LOCKED', message: expect.stringContaining(`"A film" is open in another Shotwright (process ${holder.pid}`) })
    expect(JSON.parse(readFileSync(lockFile(project.folder), 'utf8'))).toMatchObject({ token: 'another' })
  })

  it.each([
    ['a process that is gone', { pid: 4_194_303, host: hostname(), processStart: null }],
    ['an earlier process of a number that is in use again', { pid: process.ppid, host: hostname(), processStart: '1' }],
    ['an earlier process of this very number', { pid: process.pid, host: hostname(), processStart: null }],
  ])('of %s is reclaimed', async (_who, holder) => {
    const first = shop.open()
    const project = await projectOf(first.client, [])
    await first.studio.dispose()
    writeFileSync(lockFile(project.folder), JSON.stringify({ token: 'stale', ...holder }))
    const { client } = shop.open()
    const opened = await client.call('project.open', { projectId: null, folder: project.folder })
    expect(opened.document).toEqual(project.document)
    expect(readdirSync(project.folder).filter((name) => name.startsWith('.'))).toEqual(['.shotwright.lock'])
  })

  it('that is no lock at all is nobody’s', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, [])
    await first.studio.dispose()
    writeFileSync(lockFile(project.folder), '{')
    const { client } = shop.open()
    expect((await client.call('project.open', { projectId: null, folder: project.folder })).document).toEqual(project.document)
  })
})

describe('the list of projects', () => {
  it('shows the newest opened first, however the clock runs, and forgets without deleting', async () => {
    const clock = manualClock()
    const { client } = shop.open({ clock })
    const one = await client.call('project.create', { ...NEW, title: 'One' })
    clock.setWall(Date.UTC(1999, 0, 1))
    await client.call('project.create', { ...NEW, title: 'Two' })
    const titles = async (): Promise<readonly string[]> => (await client.call('library.list', {})).projects.map(({ title }) => title)
    expect(await titles()).toEqual(['Two', 'One'])
    await client.call('project.close', { projectId: one.document.project.id })
    await client.call('project.open', { projectId: one.document.project.id, folder: null })
    expect(await titles()).toEqual(['One', 'Two'])
    await client.call('library.forget', { projectId: one.document.project.id })
    expect([await titles(), existsSync(join(one.folder, 'project.json'))]).toEqual([['Two'], true])
  })

  it('takes a folder that is reached through a link for the folder itself', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, [])
    symlinkSync(project.folder, join(shop.folder, 'link'))
    expect((await client.call('project.open', { projectId: null, folder: join(shop.folder, 'link') })).document.project.id).toBe(project.document.project.id)
  })
})
