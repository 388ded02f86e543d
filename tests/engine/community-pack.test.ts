/** A folder of another maker, laid out as TensorStack's: brought in through a catalogue manifest, it opens and computes what the same model of ours does. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { systemClock } from '#services/clock.ts'
import { readCatalogue } from '#services/packs/catalogue.ts'
import { recognise } from '#services/packs/import-pack.ts'
import { externalDataOf } from '#services/packs/onnx-external-data.ts'
import { entryOf, TEST_LIMITS, writeCatalogue } from '../packs/shop-fixture.ts'
import { workshop, type Workshop } from '../services/studio-harness.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import { packFolder } from './golden.ts'
import { temporaryFolder } from './pack-copy.ts'

const COMMUNITY = join(import.meta.dirname, '..', 'fixtures', 'community', 'tiny-wan-onnx')
const CATALOGUE = join(import.meta.dirname, '..', '..', 'resources', 'catalogue', 'packs.json')

const { client, engine } = connectEngine()
afterAll(() => engine.dispose())

let shop: Workshop
beforeEach(() => { shop = workshop() })
afterEach(() => shop.dispose())

/** The catalogue's own entry of that layout, with the numbers of the tiny model. */
function tinyEntry(): CatalogueEntry {
  const entry = readCatalogue(CATALOGUE).entries.find(({ kind }) => kind === 'community')
  const tiny = JSON.parse(readFileSync(join(packFolder('tiny-wan'), 'pack.json'), 'utf8')) as Record<string, unknown>
  const manifest = { ...entry?.manifest, ...Object.fromEntries(['text', 'latent', 'sizes', 'schedule', 'guidance'].map((key) => [key, tiny[key]])), frames: { min: 9, max: 9, rate: { num: 16, den: 1 } } }
  return entryOf('tiny-wan-onnx', { kind: 'community', packId: 'wan2.1-t2v-1.3b-onnx', files: entry?.files ?? [], manifest: manifest as unknown as NonNullable<CatalogueEntry['manifest']> })
}

async function imported(folder = COMMUNITY): Promise<string> {
  const opened = shop.open({ packFolders: [], packShop: { catalogueFile: writeCatalogue(join(shop.folder, 'catalogue.json'), [tinyEntry()]), limits: TEST_LIMITS }, clock: systemClock() })
  const { packId } = await opened.client.call('pack.import', { folder, mode: 'link' })
  return join(shop.dataFolder, 'packs', packId)
}

async function latentsOf(folder: string): Promise<Float32Array> {
  const outputFolder = temporaryFolder()
  await client.call('take.generate', aRequest({ packFolder: folder, outputFolder, camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, frameSize: { width: 16, height: 16 } }))
  return new Float32Array(new Uint8Array(readFileSync(join(outputFolder, 'latents.bin'))).buffer)
}

describe('a community folder', () => {
  it('generates what our own pack of the same weights does, without a mask, with a scalar timestep and weights beside the graph', async () => {
    const [theirs, ours] = [await latentsOf(await imported()), await latentsOf(packFolder('tiny-wan'))]
    expect(theirs).toHaveLength(ours.length)
    expect(Math.max(...theirs.map((value, index) => Math.abs(value - (ours[index] ?? NaN))))).toBeLessThan(1e-5)
    expect(Math.max(...ours.map(Math.abs))).toBeGreaterThan(0.5)
  })

  it('says which files hold its weights', () => {
    expect(externalDataOf(join(COMMUNITY, 'transformer', 'model.onnx'))).toEqual(['model.onnx.data'])
    expect(externalDataOf(join(COMMUNITY, 'text_encoder', 'model.onnx'))).toEqual([])
    expect(() => externalDataOf(join(COMMUNITY, 'tokenizer', 'tokenizer.json'))).toThrow(/no ONNX graph/)
  })

  it('without those weights is refused, and so is one that lacks a graph', async () => {
    const folder = join(shop.folder, 'copy')
    cpSync(COMMUNITY, folder, { recursive: true })
    rmSync(join(folder, 'transformer', 'model.onnx.data'))
    await expect(imported(folder)).rejects.toMatchObject({ code: 'MODEL_MISSING', message: expect.stringContaining('model.onnx.data') })
    rmSync(join(folder, 'vae_decoder'), { recursive: true })
    expect(() => recognise(folder, { formatVersion: 1, asOf: '', entries: [tinyEntry()] }, 'tiny-wan-onnx')).toThrow(/vae_decoder\/model\.onnx/)
  })

  it('whose graph has another number of inputs than are bound is refused by name', async () => {
    const folder = await imported()
    const file = join(folder, 'pack.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { bindings: { transformer: { inputs: string[] } } }
    manifest.bindings.transformer.inputs.push('camera')
    writeFileSync(file, JSON.stringify(manifest))
    await expect(latentsOf(folder)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(/transformer takes 3 inputs \(sample, t, context\).*binds 4/) })
  })
})
