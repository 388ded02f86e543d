/** The real thing for browser tests: services, engine process and web host on a temporary folder, and a page of a real browser on it. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { systemClock } from '#services/clock.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { silentLog } from '#services/log.ts'
import { openStudio, type Studio, type StudioOptions } from '#services/studio.ts'
import { startWebHost, type WebHost } from '#webhost/server.ts'
import { launchBrowser } from './browser.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** SHOTWRIGHT_TEST_PAGE: a page that was built elsewhere, so that others' builds do not change it midway. */
export const RENDERER_FOLDER = process.env['SHOTWRIGHT_TEST_PAGE'] ?? join(ROOT, 'out', 'renderer')
export const FIXTURE_PACKS = join(ROOT, 'tests', 'fixtures', 'packs')
export const EMBEDDED_PACKS = join(ROOT, 'models', 'packs')

export interface StudioUnderTest {
  readonly folder: string
  readonly studio: Studio
  readonly page: Page
  /** Everything that the page complained of: uncaught errors and refusals of its security policy. */
  readonly complaints: string[]
  /** Ends every connection, as a crashed host would; `reconnectable` brings it back on the same port. */
  stopHost(): Promise<void>
  startHost(): Promise<void>
  dispose(): Promise<void>
}

export interface UnderTestOptions {
  readonly size?: { readonly width: number; readonly height: number }
  readonly packFolders?: readonly string[]
  /** Pixels of the screen for each pixel of the page. */
  readonly deviceScale?: number
  /** A catalogue of the test's own, and how patient downloads are. */
  readonly packShop?: StudioOptions['packShop']
}

export async function studioUnderTest({ size = { width: 1440, height: 900 }, packFolders = [FIXTURE_PACKS], deviceScale = 1, packShop }: UnderTestOptions = {}): Promise<StudioUnderTest> {
  if (!existsSync(join(RENDERER_FOLDER, 'index.html'))) await build({ root: join(ROOT, 'src', 'renderer'), logLevel: 'error', plugins: [react()], build: { outDir: RENDERER_FOLDER, emptyOutDir: true, assetsInlineLimit: 0 } })
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotwright-e2e-')))
  const studio = openStudio({
    dataFolder: join(folder, 'data'), packFolders: [...packFolders], resourcesFolder: join(ROOT, 'resources'), clock: systemClock(), log: silentLog, version: '0.0.0-test', ...(packShop ? { packShop } : {}),
    engineHost: childProcessHost({ entry: join(ROOT, 'src', 'engine', 'entry', 'child-process.ts'), env: { SHOTWRIGHT_ENGINE_CACHE: join(folder, 'cache') } }),
  })
  let host: WebHost = await startWebHost({ studio, rendererFolder: RENDERER_FOLDER })
  const port = Number(new URL(host.origin).port)
  const browser: Browser = await launchBrowser()
  const context = await browser.newContext({ viewport: size, deviceScaleFactor: deviceScale, reducedMotion: 'reduce', acceptDownloads: true })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.stack ?? String(error)))
  page.on('console', (message) => message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()) && complaints.push(message.text()))
  await page.goto(host.url)
  return {
    folder, studio, page, complaints,
    stopHost: () => host.close(),
    startHost: async () => {
      host = await startWebHost({ studio, rendererFolder: RENDERER_FOLDER, port })
      // The new host has a new token: the page's cookie is renewed as a person would, by the printed address.
      const other = await context.newPage()
      await other.goto(host.url)
      await other.close()
    },
    dispose: async () => {
      await browser.close()
      await host.close()
      await studio.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
