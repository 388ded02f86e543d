/** Getting and keeping model packs by mouse and keyboard, against a local server that misbehaves. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { packServer, type PackServer } from '../packs/pack-server.ts'
import { ENTRIES, entryOf, pathOf, serveTiny, TEST_LIMITS, TINY, writeCatalogue } from '../packs/shop-fixture.ts'
import { eventually } from './driving.ts'
import { EMBEDDED_PACKS, studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const BIG = pathOf('tiny', 'vae_decoder.onnx')
const LONG = 'A very long name of a model that its publisher could not keep short, in several words and with numbers 12345678901234567890'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

let under: StudioUnderTest
let page: Page
let server: PackServer
let folder: string

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotwright-packs-page-')))
  server = await packServer()
  serveTiny(server)
  const entries = [...ENTRIES, entryOf('long', { packId: 'long', name: LONG.slice(0, 100), goodFor: LONG.repeat(3).slice(0, 400) })]
  under = await studioUnderTest({ packFolders: [EMBEDDED_PACKS], packShop: { catalogueFile: writeCatalogue(join(folder, 'catalogue.json'), entries), limits: TEST_LIMITS } })
  page = under.page
  await page.getByRole('button', { name: 'Model packs' }).click()
  await heading().waitFor()
  await page.evaluate(AXE)
})
afterAll(async () => {
  expect(under.complaints).toEqual([])
  await under.dispose()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const heading = () => page.getByRole('heading', { level: 1, name: 'Model packs' })
const section = (name: string) => page.getByRole('region', { name })
const offer = (name: string) => section('Catalogue').locator('.offer', { hasText: name })
const dialog = () => page.getByRole('dialog')

/** Without the notices: the library hides the close buttons of those that lie under another. */
async function objections(): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    const { violations } = await axe.run({ include: [['body']], exclude: [['.notice']] }, { resultTypes: ['violations'], rules: { 'label-content-name-mismatch': { enabled: false } } })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

describe('the screen of model packs', () => {
  it('shows what is installed and what can be had, and has nothing that axe objects to', async () => {
    await section('Installed').getByText('Previz').waitFor()
    expect(await section('Catalogue').locator('.offer').count()).toBe(ENTRIES.length + 1)
    expect(await offer('Tiny (limited)').innerText()).toContain('Licence with limits')
    expect(await heading().evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await objections()).toEqual([])
    const tooWide = await page.locator('.packs-column').evaluate((column) => column.scrollWidth > column.clientWidth)
    expect(tooWide).toBe(false)
  })

  it('finds and filters, and says when nothing matches', async () => {
    await page.getByRole('searchbox', { name: 'Search the catalogue' }).fill('limited')
    expect(await section('Catalogue').locator('.offer').count()).toBe(1)
    await page.getByRole('searchbox').fill('no such model')
    await page.getByText('Nothing in the catalogue matches.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('group', { name: 'Show' }).getByRole('button', { name: 'Made here' }).click()
    expect(await section('Catalogue').locator('.offer h3').allInnerTexts()).toEqual(['Tiny (made-here)'])
    await page.getByRole('group', { name: 'Show' }).getByRole('button', { name: 'All' }).click()
  })

  it('refuses a mirror that is not encrypted, beside its field, and keeps one that is allowed', async () => {
    await page.getByRole('button', { name: /^Folder and mirror/ }).click()
    await dialog().getByLabel('Mirror').fill('http://mirror.example')
    await dialog().getByRole('button', { name: 'Use this mirror' }).click()
    await dialog().getByRole('alert').getByText(/does not begin with https/).waitFor()
    expect(await objections()).toEqual([])
    await dialog().getByLabel('Mirror').fill(server.origin)
    await dialog().getByLabel('Mirror').press('Enter')
    await page.getByText('Downloads use this address from now on').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    // Escape closed the dialog alone.
    expect(await heading().isVisible()).toBe(true)
  })

  it('asks for the limits of a licence to be accepted before anything is fetched', async () => {
    await offer('Tiny (limited)').getByRole('button').click()
    const start = dialog().getByRole('button', { name: 'Accept and install' })
    expect(await dialog().innerText()).toMatch(/does not apply in: Atlantis/)
    expect(await start.isDisabled()).toBe(true)
    expect(await objections()).toEqual([])
    await dialog().getByRole('checkbox').check()
    expect(await start.isEnabled()).toBe(true)
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    expect(server.asked).toEqual([])
  })

  it('gives the steps for what is made on this machine', async () => {
    await offer('made-here').getByRole('button').click()
    expect(await dialog().locator('ol li').allInnerTexts()).toEqual(['Download the folder.', 'Run the exporter.'])
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('downloads with counted progress, pauses, goes on, and says once that it is there', async () => {
    server.hold(BIG, 40_000)
    await offer('Tiny (tiny)').getByRole('button').click()
    await dialog().getByRole('button', { name: 'Download and install' }).click()
    const row = section('On the way').locator('.install')
    await row.getByText(/vae_decoder\.onnx \(\d of \d\)/).waitFor()
    await row.getByText(/\d+(\.\d+)? kB of 71\d kB/).waitFor()
    expect(await objections()).toEqual([])
    await row.getByRole('button', { name: 'Pause Tiny (tiny)' }).click()
    await row.getByText('Paused').waitFor()
    server.release(BIG)
    await row.getByRole('button', { name: 'Resume Tiny (tiny)' }).click()
    await page.getByText('Tiny (tiny) is installed').waitFor()
    await section('On the way').waitFor({ state: 'detached' })
    await section('Installed').getByRole('heading', { name: /Tiny Wan/ }).waitFor()
    await eventually(async () => expect(await offer('Tiny (tiny)').innerText()).toContain('Installed'))
  })

  it('verifies, names the bad file, and fetches only that one again', async () => {
    writeFileSync(join(under.folder, 'data', 'packs', 'tiny-wan', 'tokenizer.json'), '{}')
    const asked = server.asked.length
    const pack = section('Installed').locator('.pack-card', { hasText: 'Tiny Wan' })
    await pack.getByRole('button', { name: /^More for/ }).click()
    await page.getByRole('menuitem', { name: 'Verify files' }).click()
    await pack.getByText(/tokenizer\.json has another size/).waitFor()
    expect(await objections()).toEqual([])
    await pack.getByRole('button', { name: 'Fetch only these again' }).click()
    await eventually(async () => expect(await pack.getByText('has another size').count()).toBe(0))
    await eventually(async () => expect(await pack.innerText()).toContain('Ready'))
    expect(server.asked.slice(asked).map(({ path }) => path)).toEqual([pathOf('tiny', 'tokenizer.json')])
  })

  it('removes after asking, naming the bytes', async () => {
    const pack = section('Installed').locator('.pack-card', { hasText: 'Tiny Wan' })
    await pack.getByRole('button', { name: /^More for/ }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await dialog().getByText(/71\d kB become free/).waitFor()
    expect(await objections()).toEqual([])
    await dialog().getByRole('button', { name: /^Remove 71\d kB$/ }).click()
    await pack.waitFor({ state: 'detached' })
    // The one that comes with the studio cannot be removed.
    await section('Installed').getByRole('button', { name: 'More for Previz' }).click()
    await page.getByRole('menuitem', { name: 'Verify files' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Remove…' }).count()).toBe(0)
    await page.keyboard.press('Escape')
  })

  it('shows an error with its remedy where a download stopped, and tries again', async () => {
    server.setFault(pathOf('long', 'pack.json'), { kind: 'status', status: 404, times: 99 })
    serveTiny(server, ['long'])
    await offer(LONG.slice(0, 40)).getByRole('button').click()
    await dialog().getByRole('button', { name: 'Download and install' }).click()
    const row = section('On the way').locator('.install')
    await row.getByRole('alert').waitFor()
    expect(await row.getByRole('alert').innerText()).toMatch(/pack\.json.*404.*mirror/)
    expect(await objections()).toEqual([])
    await row.getByRole('button', { name: /^Try .* again$/ }).click()
    await row.getByRole('button', { name: /^Cancel .* and remove/ }).click()
    await section('On the way').waitFor({ state: 'detached' })
  })

  it('imports a folder where it lies, by keyboard alone, and says what is wrong with one that is none', async () => {
    const drive = join(folder, 'drive')
    cpSync(TINY, drive, { recursive: true })
    await page.getByRole('button', { name: 'Import…' }).focus()
    await page.keyboard.press('Enter')
    await dialog().getByLabel('Folder', { exact: true }).fill(join(folder, 'nowhere'))
    await page.keyboard.press('Enter')
    await dialog().getByRole('alert').getByText(/There is no folder/).waitFor()
    expect(await objections()).toEqual([])
    await dialog().getByLabel('Folder', { exact: true }).fill(drive)
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    expect(await dialog().getByRole('radio', { name: /^Use it where it lies/ }).isChecked()).toBe(true)
    // The first entry of that pack's id has no terms to accept.
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText(/is imported$/).waitFor()
    await section('Installed').getByText(`Used where it lies: ${drive}`).waitFor()
  })

  it('is reached from the pack switch of a project, and left with Escape', async () => {
    await heading().focus()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Open the sample/ }).click()
    await page.getByRole('button', { name: /^Model: / }).click()
    await page.getByRole('menuitem', { name: /^Get and manage model packs/ }).click()
    await heading().waitFor()
    const pack = section('Installed').locator('.pack-card', { hasText: 'Tiny Wan' })
    await pack.getByRole('button', { name: 'Use in this project' }).click()
    await pack.getByText('Model of this project').waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('button', { name: /^Model: Tiny Wan/ }).waitFor()
  })
})
