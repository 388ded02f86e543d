/** Disks that are full or cannot be written: typed errors, nothing lost, and work goes on when there is space again. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { edit, projectOf, reread, workshop, type Workshop } from '../services/studio-harness.ts'

let shop: Workshop
let mounted: string[] = []
beforeEach(() => {
  shop = workshop()
})
afterEach(async () => {
  for (const folder of mounted) mount('-o', 'remount,rw', folder)
  await shop.dispose().catch(() => {})
  for (const folder of mounted.toReversed()) spawnSync('umount', ['-l', folder])
  mounted = []
  rmSync(shop.folder, { recursive: true, force: true })
})

function mount(...args: readonly string[]): boolean {
  return spawnSync('mount', args, { stdio: 'ignore' }).status === 0
}

/** A small disk of its own; needs the right to mount. */
function smallDisk(name: string, size: string): string {
  const folder = join(shop.folder, name)
  mkdirSync(folder, { recursive: true })
  if (!mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder)) throw new Error('The disk could not be mounted.')
  mounted.push(folder)
  return folder
}

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = '/tmp/shotwright-may-mount'
  mkdirSync(folder, { recursive: true })
  const may = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder)
  if (may) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
  return may
}

/** Leaves no room at all, down to the last byte. */
function fillUp(folder: string): () => void {
  const file = join(folder, 'filler')
  writeFileSync(file, '')
  for (const size of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
    } catch {
      // Full for pieces of this size.
    }
  }
  return () => rmSync(file)
}

const isMountable = mayMount()
if (!isMountable) process.stdout.write('skipped: full and read-only disks need the right to mount (root on Linux)\n')

describe.skipIf(!isMountable)('a full disk (needs the right to mount)', () => {
  it('under the library refuses the edit as DISK_FULL, keeps all earlier ones, and takes edits again when there is space', async () => {
    const dataFolder = smallDisk('data', '3m')
    const { studio, client } = shop.open({ dataFolder })
    const project = await projectOf(client, ['one'], { folder: join(shop.folder, 'film') })
    const projectId = project.document.project.id
    const free = fillUp(dataFolder)
    let acknowledged = 0
    const editUntilRefused = async (): Promise<never> => {
      for (;;) {
        await edit(client, projectId, 'project.edit', { styleLine: `${acknowledged + 1} ${'x'.repeat(1_500)}` })
        acknowledged += 1
      }
    }
    const refused: unknown = await editUntilRefused().catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'DISK_FULL', remedy: expect.stringContaining('Free some space') })
    expect((await reread(client, project)).document.project.styleLine.startsWith(acknowledged === 0 ? '' : `${acknowledged} `)).toBe(true)
    free()
    await edit(client, projectId, 'project.edit', { styleLine: 'again' })
    await studio.dispose()
    const { client: later } = shop.open({ dataFolder })
    expect((await later.call('project.open', { projectId, folder: null })).document.project.styleLine).toBe('again')
    expect((await later.call('app.doctor', {})).library.integrity).toBe('ok')
  })

  it('under the project refuses to save as DISK_FULL, leaves the old project.json whole, and keeps the edits', async () => {
    const disk = smallDisk('films', '2m')
    const { client } = shop.open()
    const project = await projectOf(client, ['one'], { folder: join(disk, 'film') })
    const projectId = project.document.project.id
    await client.call('project.save', { projectId })
    const before = readFileSync(join(project.folder, 'project.json'), 'utf8')
    const free = fillUp(disk)
    await edit(client, projectId, 'project.edit', { title: 'Renamed' })
    await expect(client.call('project.save', { projectId })).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(readFileSync(join(project.folder, 'project.json'), 'utf8')).toBe(before)
    await client.call('project.close', { projectId }).catch(() => {})
    free()
    expect((await client.call('project.open', { projectId, folder: null })).document.project.title).toBe('Renamed')
  })

  it('under the takes fails that generation alone with a typed error, and leaves nothing half written', async () => {
    const disk = smallDisk('films', '2m')
    const { client, finished } = shop.open()
    const project = await projectOf(client, ['one'], { folder: join(disk, 'film') })
    const projectId = project.document.project.id
    const free = fillUp(disk)
    const wish = { projectId, shotIds: null, variations: 1, newSeeds: false }
    const failed = await finished((await client.call('job.generate', wish)).jobIds[0] ?? '')
    expect([failed.state, failed.takeId, Object.keys((await reread(client, project)).document.takes)]).toEqual(['failed', null, []])
    free()
    expect(await finished((await client.call('job.generate', wish)).jobIds[0] ?? '')).toMatchObject({ state: 'done' })
  })

  it('that is mounted read-only says so: for the project, for the library, for an import', async () => {
    const disk = smallDisk('films', '4m')
    const { studio, client } = shop.open()
    const project = await projectOf(client, ['one'], { folder: join(disk, 'film') })
    const projectId = project.document.project.id
    const sound = join(shop.folder, 'sound.wav')
    writeFileSync(sound, 'sound of rain')
    mount('-o', 'remount,ro', disk)
    await edit(client, projectId, 'project.edit', { title: 'Renamed' })
    await expect(client.call('project.save', { projectId })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    await expect(client.call('media.import', { projectId, file: sound })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    await expect(client.call('project.create', { title: 'x', frameSize: { width: 32, height: 32 }, frameRate: { num: 24, den: 1 }, script: null, folder: join(disk, 'new') })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    expect(() => shop.open({ dataFolder: join(disk, 'data') })).toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
    await studio.dispose()
    mount('-o', 'remount,rw', disk)
    const { client: later } = shop.open()
    expect((await later.call('project.open', { projectId, folder: null })).document.project.title).toBe('Renamed')
  })
})
