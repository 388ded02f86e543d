/** Getting a pack through the studio's contract: installed, gone on with, refused, repaired, imported, linked, moved and removed. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ContractClient } from '#contracts/contract.ts'
import type { PackInstall, StudioContract } from '#contracts/studio-api.ts'
import { systemPackDisk } from '#services/packs/download/pack-disk.ts'
import type { StudioOptions } from '#services/studio.ts'
import { projectOf, workshop, type OpenedStudio, type Workshop } from '../services/studio-harness.ts'
import { packServer, type PackServer } from './pack-server.ts'
import { communityEntry, ENTRIES, entryOf, filesOf, pathOf, serveTiny, TEST_LIMITS, TINY, writeCatalogue } from './shop-fixture.ts'

type Client = ContractClient<StudioContract>

let shop: Workshop
let server: PackServer
let packs: string

beforeEach(async () => {
  shop = workshop()
  server = await packServer()
  packs = join(shop.dataFolder, 'packs')
  serveTiny(server)
})
afterEach(async () => {
  await server.close()
  await shop.dispose()
})

async function open(options: Partial<StudioOptions> = {}): Promise<OpenedStudio> {
  const opened = shop.open({ packFolders: [], packShop: { catalogueFile: writeCatalogue(join(shop.folder, 'catalogue.json')), limits: TEST_LIMITS }, ...options })
  await opened.client.call('pack.setMirror', { address: server.origin })
  return opened
}

/** Waits until an installation is in one of these states, from the next event on. */
function reaches(client: Client, installId: string, states: readonly PackInstall['state'][]): Promise<PackInstall> {
  return new Promise((resolve) => {
    const stop = client.on('pack.installProgress', (install) => {
      if (install.installId !== installId || !states.includes(install.state)) return
      stop()
      resolve(install)
    })
  })
}

async function installed(client: Client, entryId: string): Promise<PackInstall> {
  const end = reaches(client, entryId, ['done', 'failed', 'cancelled'])
  await client.call('pack.install', { entryId })
  return end
}

const listed = async (client: Client) => (await client.call('pack.list', {})).packs
const inside = (folder = packs): readonly string[] => (existsSync(folder) ? readdirSync(folder).toSorted() : [])
const gets = (path: string) => server.asked.filter((asked) => asked.method === 'GET' && asked.path === path)

describe('a pack of the catalogue', () => {
  it('is installed whole, verified, and listed; nothing else is left in the folder', async () => {
    const { client } = await open()
    const seen: PackInstall[] = []
    client.on('pack.installProgress', (install) => seen.push(install))
    expect(await installed(client, 'tiny')).toMatchObject({ state: 'done', uncheckedFiles: [], error: null })
    expect(await listed(client)).toMatchObject([{ packId: 'tiny-wan', state: 'ready', isRemovable: true, linkedFrom: null }])
    expect(inside()).toEqual(['tiny-wan'])
    expect(inside(join(packs, 'tiny-wan'))).toEqual(readdirSync(TINY).toSorted())
    expect(await client.call('pack.verify', { packId: 'tiny-wan' })).toMatchObject({ badFiles: [] })
    expect((await client.call('pack.catalogue', {})).entries.find(({ entry }) => entry.id === 'tiny')).toMatchObject({ isInstalled: true })
    const total = filesOf(TINY).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
    expect(seen.at(-1)).toMatchObject({ completedBytes: total, totalBytes: total, fileCount: filesOf(TINY).length })
  })

  it('of a community folder is installed with hashes that are pinned, and the person is told which nobody vouched for', async () => {
    const { client } = await open()
    const done = await installed(client, 'community')
    expect(done).toMatchObject({ state: 'done', uncheckedFiles: expect.arrayContaining(['transformer.onnx', 'tokenizer.json']) })
    const manifest = JSON.parse(readFileSync(join(packs, 'tiny-wan', 'pack.json'), 'utf8')) as { components: { transformer: unknown } }
    const original = JSON.parse(readFileSync(join(TINY, 'pack.json'), 'utf8')) as { components: { transformer: unknown } }
    expect(manifest.components.transformer).toEqual(original.components.transformer)
    writeFileSync(join(packs, 'tiny-wan', 'tokenizer.json'), '{}')
    expect((await client.call('pack.verify', { packId: 'tiny-wan' })).badFiles).toMatchObject([{ file: 'tokenizer.json', problem: 'size' }])
  })

  it('whose licence has limits is fetched only after they were accepted, and it is recorded which and when', async () => {
    const { client } = await open()
    await expect(client.call('pack.install', { entryId: 'limited' })).rejects.toMatchObject({ code: 'LICENCE_NOT_ACCEPTED', message: expect.stringContaining('Atlantis') })
    expect(gets(pathOf('limited', 'pack.json'))).toEqual([])
    const { acceptedAt } = await client.call('pack.acceptTerms', { entryId: 'limited' })
    expect((await installed(client, 'limited')).state).toBe('done')
    expect((await client.call('settings.get', {})).values['packs.accepted.limited']).toEqual({ acceptedAt, licence: 'Limited Licence (Apache-2.0)', url: expect.any(String), terms: [expect.stringContaining('Atlantis'), expect.stringContaining('10 million')] })
  })

  it('whose terms became others has to be accepted anew', async () => {
    const { client } = await open()
    await client.call('pack.acceptTerms', { entryId: 'limited' })
    const limited = ENTRIES.find(({ id }) => id === 'limited') ?? entryOf('limited')
    const file = writeCatalogue(join(shop.folder, 'next.json'), [{ ...limited, licence: { ...limited.licence, excludedRegions: ['Atlantis', 'Lemuria'] } }])
    const later = await open({ dataFolder: shop.dataFolder, packShop: { catalogueFile: file, limits: TEST_LIMITS } })
    await expect(later.client.call('pack.install', { entryId: 'limited' })).rejects.toMatchObject({ code: 'LICENCE_NOT_ACCEPTED', message: expect.stringContaining('Lemuria') })
  })

  it('that is made on the own machine is not fetched: the steps are the answer', async () => {
    const { client } = await open()
    await expect(client.call('pack.install', { entryId: 'made-here' })).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', remedy: expect.stringContaining('Run the exporter') })
    await expect(client.call('pack.install', { entryId: 'no-such' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('does not fit on the disk: said before a byte is fetched', async () => {
    const { client } = await open({ packShop: { catalogueFile: writeCatalogue(join(shop.folder, 'c.json')), limits: TEST_LIMITS, disk: { ...systemPackDisk(), freeBytes: async () => 1_000 } } })
    expect(await installed(client, 'tiny')).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL', message: expect.stringMatching(/needs 71\d kB more.*1 kB is free/) } })
    expect(server.asked.filter(({ method }) => method === 'GET')).toEqual([])
  })

  it('with a wrong file is not installed: the file is named', async () => {
    server.setFault(pathOf('tiny', 'vae_decoder.onnx'), { kind: 'wrong-bytes', times: 9 })
    const { client } = await open()
    expect(await installed(client, 'tiny')).toMatchObject({ state: 'failed', error: { code: 'MODEL_CORRUPT', message: expect.stringContaining('vae_decoder.onnx') } })
    expect(await listed(client)).toEqual([])
    server.setFault(pathOf('tiny', 'vae_decoder.onnx'), null)
    const end = reaches(client, 'tiny', ['done', 'failed'])
    await client.call('pack.resume', { installId: 'tiny' })
    expect((await end).state).toBe('done')
    // What had arrived whole was not fetched a second time.
    expect(gets(pathOf('tiny', 'transformer.onnx'))).toHaveLength(1)
  })

  it('of a hub that sends on to signed storage arrives, and what storage garbled is found by the hash that the hub names', async () => {
    const graph = pathOf('community', 'transformer.onnx')
    server.put('/storage/blob', readFileSync(join(TINY, 'transformer.onnx')))
    server.setFault(graph, { kind: 'hub', to: '/storage/blob' })
    server.setFault('/storage/blob', { kind: 'get-only' })
    const { client } = await open()
    server.put('/storage/blob', Buffer.alloc(readFileSync(join(TINY, 'transformer.onnx')).byteLength, 3))
    expect(await installed(client, 'community')).toMatchObject({ state: 'failed', error: { code: 'MODEL_CORRUPT', message: expect.stringContaining('transformer.onnx') } })
    server.put('/storage/blob', readFileSync(join(TINY, 'transformer.onnx')))
    expect((await installed(client, 'community')).state).toBe('done')
    expect(server.asked.filter(({ method, path }) => method === 'HEAD' && path === '/storage/blob')).toEqual([])
  })

  it('takes no file name from the server', async () => {
    server.setFault(pathOf('tiny', 'tokenizer.json'), { kind: 'name', disposition: 'attachment; filename="../../../evil.json"' })
    const { client } = await open()
    await installed(client, 'tiny')
    expect(inside(join(packs, 'tiny-wan'))).toEqual(readdirSync(TINY).toSorted())
    expect(existsSync(join(shop.folder, 'evil.json'))).toBe(false)
  })

  it('lacks weights that its graph names: refused, and nothing is listed', async () => {
    const entry = communityEntry('broken')
    const file = writeCatalogue(join(shop.folder, 'broken.json'), [entry])
    serveTiny(server, ['broken'])
    server.put(pathOf('broken', 'transformer.onnx'), graphWithExternalData('weights.bin'))
    const { client } = await open({ packShop: { catalogueFile: file, limits: TEST_LIMITS } })
    expect(await installed(client, 'broken')).toMatchObject({ state: 'failed', error: { code: 'MODEL_MISSING', message: expect.stringContaining('weights.bin') } })
    expect(await listed(client)).toEqual([])
  })
})

describe('an installation', () => {
  const big = pathOf('tiny', 'vae_decoder.onnx')

  it('is paused, shown after a restart, gone on with, and fetches only what is missing', async () => {
    server.hold(big, 40_000)
    const first = await open()
    await first.client.call('pack.install', { entryId: 'tiny' })
    await vi.waitFor(() => expect(statSync(join(packs, '.install-tiny', 'files', 'vae_decoder.onnx')).size).toBe(40_000), 10_000)
    expect(await first.client.call('pack.pause', { installId: 'tiny' })).toMatchObject({ state: 'paused' })
    await first.studio.dispose()
    server.release(big)

    const second = await open()
    expect((await second.client.call('pack.catalogue', {})).installs).toMatchObject([{ installId: 'tiny', state: 'paused', name: 'Tiny (tiny)' }])
    expect(await listed(second.client)).toEqual([])
    const end = reaches(second.client, 'tiny', ['done', 'failed'])
    await second.client.call('pack.resume', { installId: 'tiny' })
    expect((await end).state).toBe('done')
    expect(gets(big).at(-1)?.range).toMatch(/^bytes=[1-9]/)
    expect(gets(pathOf('tiny', 'transformer.onnx'))).toHaveLength(1)
  })

  it('is cancelled with everything that it had fetched', async () => {
    server.hold(big, 40_000)
    const { client } = await open()
    const held = server.whenSent(big, 40_000)
    await client.call('pack.install', { entryId: 'tiny' })
    await held
    await client.call('pack.cancelInstall', { installId: 'tiny' })
    expect(inside()).toEqual([])
    expect((await client.call('pack.catalogue', {})).installs).toEqual([])
    await expect(client.call('pack.pause', { installId: 'tiny' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('that was asked for twice runs once', async () => {
    const { client } = await open()
    const end = reaches(client, 'tiny', ['done', 'failed'])
    await Promise.all([client.call('pack.install', { entryId: 'tiny' }), client.call('pack.install', { entryId: 'tiny' })])
    await end
    expect(gets(big)).toHaveLength(1)
  })

  it('tells of a lost connection while it tries again', async () => {
    server.setFault(big, { kind: 'status', status: 503, times: 1 })
    const { client } = await open()
    const retrying = reaches(client, 'tiny', ['retrying'])
    await installed(client, 'tiny')
    expect(await retrying).toMatchObject({ file: 'vae_decoder.onnx', error: { code: 'DOWNLOAD_FAILED', message: expect.stringContaining('503') } })
  })
})

describe('a damaged pack', () => {
  it('names each bad file, and only those are fetched again', async () => {
    const { client } = await open()
    await installed(client, 'tiny')
    const file = join(packs, 'tiny-wan', 'text_encoder.onnx')
    const bytes = readFileSync(file)
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
    writeFileSync(file, bytes)
    rmSync(join(packs, 'tiny-wan', 'tokenizer.json'))
    const progress: string[] = []
    client.on('pack.verifyProgress', (event) => progress.push(event.file))
    expect(await client.call('pack.verify', { packId: 'tiny-wan' })).toMatchObject({ canRepair: true, badFiles: [{ file: 'text_encoder.onnx', problem: 'contents' }, { file: 'tokenizer.json', problem: 'missing' }] })
    expect(progress.length).toBeGreaterThan(0)
    const asked = server.asked.length
    const end = reaches(client, 'repair-tiny-wan', ['done', 'failed'])
    await client.call('pack.repair', { packId: 'tiny-wan' })
    expect((await end).state).toBe('done')
    expect(server.asked.slice(asked).map(({ path }) => path).toSorted()).toEqual([pathOf('tiny', 'text_encoder.onnx'), pathOf('tiny', 'tokenizer.json')])
    expect((await client.call('pack.verify', { packId: 'tiny-wan' })).badFiles).toEqual([])
    expect(inside()).toEqual(['tiny-wan'])
  })

  it('that did not come from the catalogue cannot be fetched again', async () => {
    const { client } = await open({ packFolders: [join(shop.folder, 'own')] })
    cpSync(TINY, join(shop.folder, 'own', 'tiny-wan'), { recursive: true })
    await expect(client.call('pack.repair', { packId: 'tiny-wan' })).rejects.toMatchObject({ code: 'NOT_FOUND', remedy: expect.stringContaining('import') })
  })
})

describe('a folder', () => {
  let drive: string
  beforeEach(() => {
    drive = join(shop.folder, 'drive')
    cpSync(TINY, drive, { recursive: true })
  })

  it('is copied and proven on the way', async () => {
    const { client } = await open()
    expect(await client.call('pack.import', { folder: drive, mode: 'copy' })).toEqual({ packId: 'tiny-wan', name: expect.any(String), uncheckedFiles: [] })
    rmSync(drive, { recursive: true })
    expect(await listed(client)).toMatchObject([{ packId: 'tiny-wan', state: 'ready' }])
    expect(inside()).toEqual(['tiny-wan'])
  })

  it.each(['copy', 'link'] as const)('never takes the place of a folder that is not this pack (%s)', async (mode) => {
    const { client } = await open()
    mkdirSync(join(packs, 'tiny-wan'), { recursive: true })
    writeFileSync(join(packs, 'tiny-wan', 'model.safetensors'), 'weights of somebody')
    await expect(client.call('pack.import', { folder: drive, mode })).rejects.toMatchObject({ code: 'FILE_EXISTS', message: expect.stringContaining(join(packs, 'tiny-wan')), remedy: expect.stringMatching(/rename/i) })
    expect(await installed(client, 'tiny')).toMatchObject({ state: 'failed', error: { code: 'FILE_EXISTS' } })
    expect(inside(join(packs, 'tiny-wan'))).toEqual(['model.safetensors'])
    writeFileSync(join(packs, 'tiny-wan', 'pack.json'), '{"id":"another"}')
    await expect(client.call('pack.import', { folder: drive, mode })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    rmSync(join(packs, 'tiny-wan'), { recursive: true })
    await client.call('pack.resume', { installId: 'tiny' })
    await vi.waitFor(async () => expect(await listed(client)).toMatchObject([{ state: 'ready' }]))
  })

  it('that lies in the packs folder already is not linked to itself', async () => {
    const { client } = await open()
    // Listed as another folder would be, so that nothing of that id is ready.
    cpSync(drive, join(packs, 'tiny-wan'), { recursive: true })
    writeFileSync(join(packs, 'tiny-wan', 'tokenizer.json'), 'damaged')
    const before = inside(join(packs, 'tiny-wan'))
    await expect(client.call('pack.import', { folder: join(packs, 'tiny-wan'), mode: 'link' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('packs folder') })
    expect(inside(join(packs, 'tiny-wan'))).toEqual(before)
  })

  it('is used where it lies, unchanged, and missed when the drive is gone', async () => {
    const before = readdirSync(drive).map((name) => [name, statSync(join(drive, name)).mtimeMs])
    const { client } = await open()
    await client.call('pack.import', { folder: drive, mode: 'link' })
    expect(await listed(client)).toMatchObject([{ state: 'ready', linkedFrom: drive }])
    expect(await client.call('pack.verify', { packId: 'tiny-wan' })).toMatchObject({ badFiles: [], canRepair: false })
    expect(readdirSync(drive).map((name) => [name, statSync(join(drive, name)).mtimeMs])).toEqual(before)
    renameSync(drive, `${drive}-unplugged`)
    expect(await listed(client)).toMatchObject([{ state: 'missing', error: { code: 'MODEL_MISSING', message: expect.stringContaining(drive), remedy: expect.stringContaining('drive') } }])
    renameSync(`${drive}-unplugged`, drive)
    expect(await client.call('pack.remove', { packId: 'tiny-wan' })).toEqual({ freedBytes: 0 })
    expect(readdirSync(drive).map((name) => [name, statSync(join(drive, name)).mtimeMs])).toEqual(before)
    expect(inside()).toEqual([])
  })

  it('of which a killed process left half a copy leaves nothing behind at the next start', async () => {
    const half = join(packs, '.install-import-tiny-wan')
    mkdirSync(join(half, 'files'), { recursive: true })
    writeFileSync(join(half, 'install.json'), JSON.stringify({ formatVersion: 1, installId: 'import-tiny-wan', kind: 'import', entryId: null, packId: 'tiny-wan', name: 'Tiny', editionDigest: '', totalBytes: 5, versions: {} }))
    writeFileSync(join(half, 'files', 'transformer.onnx'), 'half')
    mkdirSync(join(packs, '.discarded-x'))
    const { client } = await open()
    expect([inside(), await listed(client), (await client.call('pack.catalogue', {})).installs]).toEqual([[], [], []])
  })

  it('of the community is recognised by its layout', async () => {
    rmSync(join(drive, 'pack.json'))
    const { client } = await open()
    expect(await client.call('pack.import', { folder: drive, mode: 'copy' })).toMatchObject({ packId: 'tiny-wan', uncheckedFiles: expect.arrayContaining(['transformer.onnx']) })
    expect(await listed(client)).toMatchObject([{ state: 'ready' }])
  })

  it.each<[string, () => void, { code: string; message: RegExp }]>([
    ['is damaged', () => writeFileSync(join(drive, 'tokenizer.json'), Buffer.alloc(statSync(join(drive, 'tokenizer.json')).size)), { code: 'MODEL_CORRUPT', message: /tokenizer\.json/ }],
    ['lacks a file', () => rmSync(join(drive, 'tokenizer.json')), { code: 'MODEL_MISSING', message: /tokenizer\.json/ }],
    ['leads elsewhere by a link', () => { renameSync(join(drive, 'tokenizer.json'), join(shop.folder, 'elsewhere.json')); symlinkSync(join(shop.folder, 'elsewhere.json'), join(drive, 'tokenizer.json')) }, { code: 'MODEL_MISSING', message: /tokenizer\.json/ }],
    ['is no pack', () => { rmSync(drive, { recursive: true }); mkdirSync(drive) }, { code: 'PACK_UNKNOWN', message: /no pack\.json/ }],
    ['has a manifest that is none', () => writeFileSync(join(drive, 'pack.json'), '{}'), { code: 'PACK_MALFORMED', message: /malformed/ }],
    ['is not there', () => rmSync(drive, { recursive: true }), { code: 'NOT_FOUND', message: /no folder/ }],
  ])('that %s is refused, and nothing of it stays', async (_what, damage, { code, message }) => {
    damage()
    const { client } = await open()
    await expect(client.call('pack.import', { folder: drive, mode: 'copy' })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(inside()).toEqual([])
  })

  it('under terms is brought in only after they were accepted', async () => {
    const file = writeCatalogue(join(shop.folder, 'limited.json'), ENTRIES.filter(({ id }) => id === 'limited'))
    const { client } = await open({ packShop: { catalogueFile: file, limits: TEST_LIMITS } })
    await expect(client.call('pack.import', { folder: drive, mode: 'copy' })).rejects.toMatchObject({ code: 'LICENCE_NOT_ACCEPTED' })
    await client.call('pack.acceptTerms', { entryId: 'limited' })
    await client.call('pack.import', { folder: drive, mode: 'copy' })
    await expect(client.call('pack.import', { folder: drive, mode: 'copy' })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
  })
})

describe('removing', () => {
  it('says which projects use the pack, and takes it away whole', async () => {
    const { client } = await open()
    await installed(client, 'tiny')
    const { document } = await projectOf(client, ['a red ball'])
    expect(await client.call('pack.usage', { packId: 'tiny-wan' })).toMatchObject({ projects: [{ projectId: document.project.id, title: 'A film' }], isLinked: false })
    await client.call('project.close', { projectId: document.project.id })
    expect((await client.call('pack.usage', { packId: 'tiny-wan' })).projects).toHaveLength(1)
    expect((await client.call('pack.remove', { packId: 'tiny-wan' })).freedBytes).toBeGreaterThan(700_000)
    expect(inside()).toEqual([])
  })

  it('never takes the embedded pack, nor one outside the packs folder', async () => {
    const { client } = await open({ packFolders: [TINY], embeddedPackFolder: TINY })
    await expect(client.call('pack.remove', { packId: 'tiny-wan' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('comes with the studio') })
    const other = await open({ dataFolder: join(shop.folder, 'second'), packFolders: [TINY] })
    await expect(other.client.call('pack.remove', { packId: 'tiny-wan' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('outside') })
    expect(existsSync(join(TINY, 'pack.json'))).toBe(true)
  })
})

describe('the packs folder', () => {
  it('is moved with what is in it, and shared by studios that point to it', async () => {
    const { client } = await open()
    await installed(client, 'tiny')
    const shared = join(shop.folder, 'shared')
    expect(await client.call('pack.moveFolder', { folder: shared })).toEqual({ folder: shared, movedPacks: 1 })
    expect([inside(), inside(shared)]).toEqual([[], ['tiny-wan']])
    expect(await listed(client)).toMatchObject([{ state: 'ready', isRemovable: true }])
    const other = await open({ dataFolder: join(shop.folder, 'second') })
    await other.client.call('pack.moveFolder', { folder: shared })
    expect(await listed(other.client)).toMatchObject([{ packId: 'tiny-wan', state: 'ready' }])
    await client.call('pack.moveFolder', { folder: null })
    expect([inside(), inside(shared)]).toEqual([['tiny-wan'], []])
  })

  it('is moved pack by pack: whatever else lies beside them stays', async () => {
    const { client } = await open()
    const chosen = join(shop.folder, 'documents')
    for (const other of ['photos', '.hidden']) {
      mkdirSync(join(chosen, other), { recursive: true })
      writeFileSync(join(chosen, other, 'one.txt'), 'mine')
    }
    await client.call('pack.moveFolder', { folder: chosen })
    await installed(client, 'tiny')
    expect(await client.call('pack.moveFolder', { folder: null })).toMatchObject({ movedPacks: 1 })
    expect([inside(), inside(chosen)]).toEqual([['tiny-wan'], ['.hidden', 'photos']])
  })

  it('is not moved in part where a name is taken', async () => {
    const { client } = await open()
    await installed(client, 'tiny')
    cpSync(TINY, join(packs, 'another'), { recursive: true })
    const chosen = join(shop.folder, 'documents')
    mkdirSync(join(chosen, 'tiny-wan'), { recursive: true })
    await expect(client.call('pack.moveFolder', { folder: chosen })).rejects.toMatchObject({ code: 'FILE_EXISTS', message: expect.stringContaining('tiny-wan') })
    expect([inside(), inside(chosen)]).toEqual([['another', 'tiny-wan'], ['tiny-wan']])
  })

  it('may be one that cannot be listed: the studio opens, and says so when packs are asked for', async () => {
    const { client } = await open()
    const chosen = join(shop.folder, 'drive')
    await client.call('pack.moveFolder', { folder: chosen })
    rmSync(chosen, { recursive: true })
    writeFileSync(chosen, 'no folder any more')
    const again = await open({ packFolders: [TINY] })
    expect(await listed(again.client)).toMatchObject([{ packId: 'tiny-wan', state: 'ready' }])
    await expect(again.client.call('pack.install', { entryId: 'tiny' })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
  })

  it.skipIf(!otherDisk())('is moved to another disk by a copy that is proven before anything is removed', async () => {
    const { client } = await open()
    await installed(client, 'tiny')
    const far = mkdtempSync(join(otherDisk() ?? '', 'shotwright-packs-'))
    try {
      expect(await client.call('pack.moveFolder', { folder: far })).toEqual({ folder: far, movedPacks: 1 })
      expect([inside(), inside(far)]).toEqual([[], ['tiny-wan']])
      expect((await client.call('pack.verify', { packId: 'tiny-wan' })).badFiles).toEqual([])
      // A damaged pack stays where it is, whatever is left of it.
      writeFileSync(join(far, 'tiny-wan', 'tokenizer.json'), '{}')
      await expect(client.call('pack.moveFolder', { folder: null })).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('tokenizer.json') })
      expect([inside(), inside(far)]).toEqual([[], ['tiny-wan']])
    } finally {
      rmSync(far, { recursive: true, force: true })
    }
  })

  it.each([['relative/folder', 'whole path'], ['', 'whole path']])('cannot be %j', async (folder, message) => {
    const { client } = await open()
    await expect(client.call('pack.moveFolder', { folder })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(message) })
  })
})

describe('the mirror', () => {
  it.each([
    ['http://mirror.example', 'https'], ['ftp://x', 'https'], ['no address', 'no web address'], ['https://me:secret@mirror.example', 'password'], ['https://mirror.example/?a=b', '"?"'],
  ])('cannot be %s', async (address, message) => {
    const { client } = await open()
    await expect(client.call('pack.setMirror', { address })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(message) })
  })

  it('is kept in one form, and is gone when it is emptied', async () => {
    const { client } = await open()
    expect(await client.call('pack.setMirror', { address: ' https://Mirror.example/hub/ ' })).toEqual({ address: 'https://mirror.example/hub' })
    expect((await client.call('pack.catalogue', {})).mirror).toBe('https://mirror.example/hub')
    expect(await client.call('pack.setMirror', { address: '' })).toEqual({ address: null })
  })
})

/** A folder on another file system than the temporary one; null where this machine has none. */
function otherDisk(): string | null {
  const memory = '/dev/shm'
  return existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev ? memory : null
}

/** A model with one initializer whose data lies in another file, as protobuf. */
function graphWithExternalData(location: string): Buffer {
  const field = (number: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([number * 8 + 2, content.byteLength]), content])
  const text = (value: string): Buffer => Buffer.from(value)
  const pair = Buffer.concat([field(1, text('location')), field(2, text(location))])
  const tensor = Buffer.concat([field(8, text('w')), field(13, pair)])
  return field(7, field(5, tensor))
}
