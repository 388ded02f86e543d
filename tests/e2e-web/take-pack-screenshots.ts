/** Takes the pictures of the packs screen for docs/screenshots: `node tests/e2e-web/take-pack-screenshots.ts [folder]`. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '#services/packs/download/download-limits.ts'
import { packServer } from '../packs/pack-server.ts'
import { TINY } from '../packs/shop-fixture.ts'
import { EMBEDDED_PACKS, studioUnderTest } from './studio-under-test.ts'

const FOLDER = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'docs', 'screenshots')
/** For looking at them: other viewers may show nothing else. */
const isPng = process.argv[3] === 'png'
const CATALOGUE = join(import.meta.dirname, '..', '..', 'resources', 'catalogue', 'packs.json')
const SIZES = [{ width: 1440, height: 900 }, { width: 1024, height: 700 }] as const
const COMMUNITY = '/TensorStack/Wan2.1-T2V-1.3B-onnx/resolve/main'

mkdirSync(FOLDER, { recursive: true })
const server = await packServer()
for (const graph of ['text_encoder', 'transformer', 'vae_decoder']) server.put(`${COMMUNITY}/${graph}/model.onnx`, Buffer.alloc(graph === 'transformer' ? 90_000_000 : 20_000_000))
server.put('/Wan-AI/Wan2.1-T2V-1.3B-Diffusers/resolve/main/tokenizer/tokenizer.json', readFileSync(join(TINY, 'tokenizer.json')))
const under = await studioUnderTest({ packFolders: [EMBEDDED_PACKS], packShop: { catalogueFile: CATALOGUE, limits: { ...DEFAULT_LIMITS, spareBytes: 0 } } })
const { page } = under
const drive = join(under.folder, 'drive', 'tiny-wan')
cpSync(TINY, drive, { recursive: true })

/** What the documentation shows; the others are taken to be looked at. */
const KEPT: ReadonlySet<string> = new Set(['packs', 'packs-light', 'packs-licence'])

async function take(name: string): Promise<void> {
  if (!isPng && !KEPT.has(name)) return
  for (const size of SIZES) {
    await page.setViewportSize(size)
    // Layout follows the window on the next frame.
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)) }))
    const file = join(FOLDER, `${name}-${size.width}x${size.height}.${isPng ? 'png' : 'jpg'}`)
    await page.screenshot({ path: file, type: isPng ? 'png' : 'jpeg', ...(isPng ? {} : { quality: 86 }) })
  }
  await page.setViewportSize(SIZES[0])
}

try {
  await page.getByRole('button', { name: 'Model packs' }).click()
  await page.getByRole('heading', { level: 1, name: 'Model packs' }).waitFor()
  await page.getByRole('button', { name: /^Folder and mirror/ }).click()
  await page.getByLabel('Mirror', { exact: true }).fill(server.origin)
  await page.getByLabel('Mirror', { exact: true }).press('Enter')
  await page.getByText('Downloads use this address').waitFor()
  await take('packs-places')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Import…' }).click()
  await page.getByLabel('Folder', { exact: true }).fill(drive)
  await page.getByRole('radio', { name: /^Use it where it lies/ }).check()
  await take('packs-import')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText(/is imported$/).waitFor()
  server.hold(`${COMMUNITY}/transformer/model.onnx`, 41_000_000)
  await page.getByRole('button', { name: /community ONNX/ }).click()
  await take('packs-community')
  await page.getByRole('button', { name: 'Download and install' }).click()
  await page.getByText(/transformer\/model\.onnx \(/).waitFor()
  await server.whenSent(`${COMMUNITY}/transformer/model.onnx`, 41_000_000)
  for (const close of await page.locator('.notice-close').all()) await close.click()
  await page.locator('.notice').first().waitFor({ state: 'detached' })
  await take('packs')
  writeFileSync(join(drive, 'tokenizer.json'), '{}')
  await page.getByRole('button', { name: 'More for Tiny Wan' }).click()
  await page.getByRole('menuitem', { name: 'Verify files' }).click()
  await page.getByText('has another size').first().waitFor()
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'light' })
  await take('packs-light')
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'dark' })
  await page.getByRole('button', { name: /HunyuanVideo/ }).click()
  await take('packs-licence')
} finally {
  await under.dispose()
  await server.close()
}
