/** Packs in every state, settings, the doctor: what the studio says of itself. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PackSummary } from '#contracts/studio-api.ts'
import { FIXTURE_PACKS, workshop, type Workshop } from './studio-harness.ts'

let shop: Workshop
let packs: string
beforeEach(() => {
  shop = workshop()
  packs = join(shop.folder, 'packs')
  cpSync(join(FIXTURE_PACKS, 'tiny-wan'), join(packs, 'tiny-wan'), { recursive: true })
})
afterEach(() => shop.dispose())

function manifest(change: (manifest: Record<string, unknown>) => void): void {
  const file = join(packs, 'tiny-wan', 'pack.json')
  const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  change(value)
  writeFileSync(file, JSON.stringify(value))
}
async function list(options: Parameters<Workshop['open']>[0] = {}): Promise<readonly PackSummary[]> {
  return (await shop.open({ packFolders: [packs], ...options }).client.call('pack.list', {})).packs
}

describe('packs', () => {
  it('are summarised from their manifests', async () => {
    expect(await list()).toMatchObject([{
      packId: 'tiny-wan', state: 'ready', error: null, isEmbedded: false, isDraft: false, packDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      frameStep: 4, minFrames: 5, maxFrames: 17, steps: 4, camera: 'prompt', promptDialect: 'wan', knownWords: null, secondsPerStep: null,
    }])
  })

  it('that ship with the studio make drafts', async () => {
    expect(await list({ embeddedPackFolder: packs })).toMatchObject([{ isEmbedded: true, isDraft: true }])
  })

  it.each<readonly [string, () => void, object]>([
    ['a file is missing', () => rmSync(join(packs, 'tiny-wan', 'transformer.onnx')), { state: 'missing', error: { code: 'MODEL_MISSING', message: expect.stringContaining('transformer.onnx') } }],
    ['a file was cut short', () => writeFileSync(join(packs, 'tiny-wan', 'transformer.onnx'), 'short'), { state: 'corrupt', error: { code: 'MODEL_CORRUPT', message: expect.stringContaining('holds 5 bytes instead of') } }],
    ['a file leads out of the pack', () => { rmSync(join(packs, 'tiny-wan', 'transformer.onnx')); symlinkSync(join(FIXTURE_PACKS, 'tiny-wan', 'transformer.onnx'), join(packs, 'tiny-wan', 'transformer.onnx')) }, { state: 'missing', error: { code: 'MODEL_MISSING' } }],
    ['the manifest is no JSON', () => writeFileSync(join(packs, 'tiny-wan', 'pack.json'), '<html>'), { packId: 'tiny-wan', state: 'corrupt', error: { code: 'PACK_MALFORMED' } }],
    ['the manifest is an empty file', () => writeFileSync(join(packs, 'tiny-wan', 'pack.json'), ''), { state: 'corrupt', error: { code: 'PACK_MALFORMED' } }],
    ['the manifest is a folder', () => { rmSync(join(packs, 'tiny-wan', 'pack.json')); mkdirSync(join(packs, 'tiny-wan', 'pack.json')) }, { state: 'corrupt', error: { code: 'PACK_MALFORMED' } }],
    ['a field is wrong', () => manifest((value) => { value['sizes'] = [] }), { state: 'corrupt', error: { code: 'PACK_MALFORMED', message: expect.stringContaining('sizes') } }],
    ['a component reaches upwards', () => manifest((value) => { (value['components'] as Record<string, { file: string }>)['tokenizer'] = { file: '../../tokenizer.json' } }), { state: 'corrupt', error: { code: 'PACK_MALFORMED', message: expect.stringContaining('components.tokenizer') } }],
  ])('of which %s are listed with what is wrong and what to do', async (_what, damage, expected) => {
    damage()
    const found = await list()
    expect(found).toMatchObject([expected])
    expect(found[0]?.error?.remedy).toMatch(/Install the pack again/)
  })

  it('of one id are listed once, the one that works first', async () => {
    cpSync(join(packs, 'tiny-wan'), join(shop.folder, 'other', 'tiny-wan'), { recursive: true })
    rmSync(join(packs, 'tiny-wan', 'tokenizer.json'))
    expect(await list({ packFolders: [packs, join(shop.folder, 'other'), join(shop.folder, 'nowhere')] })).toMatchObject([{ packId: 'tiny-wan', state: 'ready' }])
  })

  it('are verified by the engine; an unknown one is named', async () => {
    const { client } = shop.open({ packFolders: [packs] })
    const [pack] = (await client.call('pack.list', {})).packs
    expect(await client.call('pack.verify', { packId: 'tiny-wan' })).toMatchObject({ packDigest: pack?.packDigest })
    await expect(client.call('pack.verify', { packId: 'no-such' })).rejects.toMatchObject({ code: 'PACK_UNKNOWN', message: expect.stringContaining('no-such') })
  })

  it('of new projects are the chosen one, else one that works', async () => {
    const { client } = shop.open({ packFolders: [packs] })
    const wish = { title: 'x', frameSize: { width: 32, height: 32 }, frameRate: { num: 24, den: 1 }, script: null, folder: null }
    expect((await client.call('project.create', wish)).document.project.packId).toBe('tiny-wan')
    await client.call('settings.set', { key: 'defaultPackId', value: 'previz' })
    expect((await client.call('project.create', wish)).document.project.packId).toBe('previz')
  })
})

describe('settings', () => {
  it('keep JSON values across closing', async () => {
    const first = shop.open()
    await first.client.call('settings.set', { key: 'viewer.zoom', value: { factor: 1.5, modes: ['fit', null] } })
    await first.client.call('settings.set', { key: 'viewer.zoom', value: { factor: 2 } })
    await first.studio.dispose()
    expect(await shop.open().client.call('settings.get', {})).toEqual({ values: { 'viewer.zoom': { factor: 2 } } })
  })

  it.each(['__proto__', '', 'a b', '1', '../x'])('refuse the key %j', async (key) => {
    const { client } = shop.open()
    await expect(client.call('settings.set', { key, value: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect((await client.call('settings.get', {})).values).toEqual({})
  })
})

describe('the doctor', () => {
  it('reports every part, and one that is broken hides no other', async () => {
    const { client } = shop.open({ packFolders: [packs] })
    expect(await client.call('app.doctor', {})).toMatchObject({
      version: '0.0.0-test', node: process.version, onnxruntime: '0.0.0-fake', providers: [{ provider: 'cpu', available: true }], ffmpeg: { source: 'fake' },
      packs: [{ packId: 'tiny-wan', state: 'ready', message: null }],
      library: { integrity: 'ok', journalMode: 'wal', synchronous: 2, schemaVersion: 1 }, problems: [],
    })
    rmSync(join(packs, 'tiny-wan', 'tokenizer.json'))
    const broken = shop.open({ dataFolder: join(shop.folder, 'second'), packFolders: [packs], engineHost: { start: () => { throw new Error('no engine') } } })
    const report = await broken.client.call('app.doctor', {})
    expect([report.ffmpeg, report.onnxruntime, report.library.integrity]).toEqual([null, null, 'ok'])
    expect(report.problems.map(({ code }) => code)).toEqual(['ENGINE_UNAVAILABLE', 'ENGINE_UNAVAILABLE', 'PACK_UNKNOWN', 'MODEL_MISSING'])
    expect(report.problems.every(({ remedy }) => remedy !== '')).toBe(true)
  })

  it('tells the host and the version to a window', async () => {
    const { client } = shop.open({ host: { host: 'electron', dialogs: { pickSaveFile: async (name) => `/videos/${name}`, showInFolder: () => {} }, mediaBaseUrl: 'shotwright://studio/media/' } })
    expect(await client.call('app.info', {})).toEqual({ version: '0.0.0-test', host: 'electron', platform: process.platform, canPickFiles: true, mediaBaseUrl: 'shotwright://studio/media/' })
  })

  it('opens the system’s dialogs where the host has them, and says so where it has none', async () => {
    const desktop = shop.open({ host: { host: 'electron', dialogs: { pickSaveFile: async (name) => `/videos/${name}`, showInFolder: () => {} }, mediaBaseUrl: '' } })
    expect(await desktop.client.call('host.pickSaveFile', { suggestedName: 'film.mp4' })).toEqual({ file: '/videos/film.mp4' })
    await expect(desktop.client.call('host.showExport', { jobId: '../../etc/passwd' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const page = shop.open({ dataFolder: join(shop.folder, 'page') })
    await expect(page.client.call('host.pickSaveFile', { suggestedName: 'film.mp4' })).rejects.toMatchObject({ code: 'NOT_READY', message: expect.stringContaining('no file dialogs') })
  })
})
