/** What the studio shows when things go wrong or get large: a lost connection, a broken model, no model, long texts, 500 shots. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cards, eventually, pasteScript, showView } from './driving.ts'
import { EMBEDDED_PACKS, FIXTURE_PACKS, studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

// Real generation and a real encode, on whatever machine runs the tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

let under: StudioUnderTest | null = null
const folders: string[] = []

afterEach(async () => {
  await under?.dispose()
  under = null
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shotwright-packs-'))
  folders.push(folder)
  return folder
}

describe('a lost connection', () => {
  it('is told of, keeps the edits made meanwhile, and sends them when the studio is back', async () => {
    under = await studioUnderTest()
    const { page } = under
    await pasteScript(page, { title: 'Cut off', script: 'A boat. (1 s)\n\nA robot. (1 s)' })
    await under.stopHost()
    await page.getByText('The connection to the studio was lost.').waitFor()
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A boat that was not forgotten')
    await page.getByText('1 edit waiting').waitFor()
    await under.startHost()
    await page.getByRole('button', { name: 'Try now' }).click({ timeout: 2_000 }).catch(() => undefined)
    await page.getByText('The connection to the studio was lost.').waitFor({ state: 'detached' })
    await page.getByText('All edits saved').waitFor()
    await page.reload()
    await eventually(async () => expect(await cards(page).first().innerText()).toContain('A boat that was not forgotten'))
  })
})

describe('a generation', () => {
  it('counts its steps, and leaves the shot as it was, without complaint, when it is cancelled', async () => {
    under = await studioUnderTest({ packFolders: [EMBEDDED_PACKS] })
    const { page } = under
    await pasteScript(page, { title: 'Cancelled', script: 'A blue boat on the beach at sunset. (4 s)\n\nA red robot. (4 s)' })
    await page.getByRole('button', { name: /^Generate 2 shots/ }).click()
    await page.locator('.status-step').getByText(/^Step \d+ of \d+$/).waitFor({ timeout: 120_000 })
    await page.getByRole('button', { name: 'Cancel all' }).click()
    await page.getByRole('button', { name: /^Generate 2 shots/ }).waitFor({ timeout: 60_000 })
    expect(await page.locator('.card .state').allInnerTexts()).toEqual(['No take yet', 'No take yet'])
    expect(await page.locator('.notice-failed').count()).toBe(0)
  })
})

describe('a model that fails', () => {
  it('marks the shot as failed, in two sentences, with a button that tries again', async () => {
    const packs = temporaryFolder()
    cpSync(join(FIXTURE_PACKS, 'tiny-camera'), join(packs, 'tiny-camera'), { recursive: true })
    under = await studioUnderTest({ packFolders: [packs] })
    const { page } = under
    await pasteScript(page, { title: 'Broken', script: 'A boat. (1 s)' })
    const file = join(packs, 'tiny-camera', 'transformer.onnx')
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(7, Math.floor(bytes.length / 2)))
    await page.getByRole('button', { name: /^Generate 1 shot/ }).click()
    await page.locator('.card-failure').waitFor({ timeout: 30_000 })
    expect(await page.locator('.card-failure .state').innerText()).toMatch(/transformer/)
    expect(await page.locator('.card-remedy').innerText()).not.toBe('')
    expect(await page.locator('.card-failure').getByRole('button', { name: 'Try again' }).isEnabled()).toBe(true)
    await page.locator('.notice-failed').first().waitFor()
  })

  it('says why nothing runs when the model breaks after it was listed', async () => {
    const packs = temporaryFolder()
    cpSync(join(FIXTURE_PACKS, 'tiny-camera'), join(packs, 'tiny-camera'), { recursive: true })
    under = await studioUnderTest({ packFolders: [packs] })
    const { page } = under
    await pasteScript(page, { title: 'Cut short', script: 'A boat. (1 s)' })
    truncateSync(join(packs, 'tiny-camera', 'transformer.onnx'), 1_000)
    await page.getByRole('button', { name: /^Generate 1 shot/ }).click()
    await page.locator('.notice-failed').getByText(/needs the pack/).waitFor()
    await page.getByRole('button', { name: '1 shot cannot be generated' }).waitFor()
  })

  it('says which shots cannot be generated when there is no model at all', async () => {
    const packs = join(temporaryFolder(), 'none')
    mkdirSync(packs)
    under = await studioUnderTest({ packFolders: [packs] })
    const { page } = under
    await pasteScript(page, { title: 'No model', script: 'A boat. (1 s)' })
    await page.getByRole('button', { name: '1 shot cannot be generated' }).click()
    await page.getByText(/needs the pack/).first().waitFor()
    await page.getByText('No model', { exact: true }).first().waitFor()
  })
})

describe('large projects', () => {
  it('shows 500 shots with a bounded number of nodes, and moves through them', async () => {
    under = await studioUnderTest()
    const { page } = under
    const script = Array.from({ length: 500 }, (_, index) => `Shot of a boat number ${index + 1}. (1 s)`).join('\n\n')
    await pasteScript(page, { title: 'Five hundred', script })
    await showView(page, 'Edit')
    await eventually(async () => expect(await cards(page).count()).toBe(500))
    const nodes = await page.evaluate(() => ({ timeline: document.querySelectorAll('.timeline *').length, cards: document.querySelectorAll('.card-words').length }))
    expect(nodes.cards).toBeLessThan(60)
    await page.getByRole('button', { name: 'Zoom in' }).click()
    for (let step = 0; step < 14; step += 1) await page.keyboard.press('=')
    await eventually(async () => expect(await page.locator('.clip-shot').count()).toBeLessThan(80))
    await page.getByRole('textbox', { name: 'Timecode' }).fill('00:08:00:00')
    await page.keyboard.press('Enter')
    await eventually(async () => expect(await page.locator('[data-clip]').allInnerTexts().then((texts) => texts.join(' '))).toContain('481'))
    expect(under.complaints).toEqual([])
  })

  it('lays out a prompt of 5,000 characters without widening anything', async () => {
    under = await studioUnderTest({ size: { width: 1_024, height: 700 } })
    const { page } = under
    await pasteScript(page, { title: 'A title that is long enough to need cutting off somewhere in the top bar of the window', script: 'A boat. (1 s)' })
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill(`${'unbrokenword'.repeat(20)} ${'a red robot on the beach '.repeat(200)}`.slice(0, 5_000))
    await eventually(async () => expect(await cards(page).first().innerText()).toContain('unbroken'))
    const overflow = await page.evaluate(() => ({ page: document.documentElement.scrollWidth - window.innerWidth, panels: [...document.querySelectorAll<HTMLElement>('.part')].filter((part) => part.scrollWidth > part.clientWidth + 1).length }))
    expect(overflow).toEqual({ page: 0, panels: 0 })
  })
})
