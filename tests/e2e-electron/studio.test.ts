/** The studio in Electron itself: isolation as a page sees it, and the main job in a real window. Needs Electron's binary. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cards, generateAll, pasteScript } from '../e2e-web/driving.ts'
import { electronBinary } from './electron-binary.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const binary = electronBinary()
if (binary === null) process.stdout.write('skipped: no Electron binary (npx install-electron fetches it)\n')

describe.skipIf(binary === null)('the studio in Electron', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'shotwright-electron-'))
  let app: ElectronApplication
  let page: Page

  beforeAll(async () => {
    const isRoot = process.getuid?.() === 0
    app = await _electron.launch({ executablePath: binary ?? '', args: [ROOT, `--user-data-dir=${dataFolder}`, ...(isRoot ? ['--no-sandbox'] : [])] })
    page = await app.firstWindow()
  })
  afterAll(async () => {
    await app.close()
    rmSync(dataFolder, { recursive: true, force: true })
  })

  it('shows the page no Node and no Electron, only the contract’s pipe', async () => {
    const seen = await page.evaluate(() => ({
      require: typeof (globalThis as { require?: unknown }).require, process: typeof (globalThis as { process?: unknown }).process,
      pipe: Object.keys((globalThis as { shotwright?: object }).shotwright ?? {}).toSorted(), opened: globalThis.open('https://example.org/'),
    }))
    expect(seen).toEqual({ require: 'undefined', process: 'undefined', pipe: ['onMessage', 'post'], opened: null })
  })

  it('runs no inline script and no eval', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.injected = true'
      document.body.append(script)
      return (globalThis as { injected?: boolean }).injected ?? false
    })
    expect(ran).toBe(false)
  })

  it('refuses the permissions that it does not need', async () => {
    expect(await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state)).toBe('denied')
  })

  it('drafts a pasted script in the utility process', async () => {
    await pasteScript(page, { title: 'Electron', script: 'A red ball on the beach at sunset. Pan right. (1 s)' })
    await generateAll(page)
    expect(await cards(page).locator('.picture img').count()).toBe(1)
  })
})
