/** Devices and health: read, checked again, copied, changed and left, by mouse and by keyboard. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let under: StudioUnderTest
let page: Page

beforeAll(async () => {
  under = await studioUnderTest()
  page = under.page
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: /^Open the sample/ }).waitFor()
  await page.evaluate(AXE)
})
afterAll(async () => {
  expect(under.complaints).toEqual([])
  await under.dispose()
})

async function objections(): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(node: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

const title = () => page.getByRole('heading', { level: 1, name: 'Devices and health' })
const device = () => page.getByRole('combobox', { name: 'Generate on' })

async function openDoctor(): Promise<void> {
  await page.getByRole('button', { name: /^Devices and health/ }).click()
  await title().waitFor()
  await device().waitFor()
}

describe('the screen of devices and health', () => {
  it('opens from the library, says what works, and has nothing that axe objects to', async () => {
    await openDoctor()
    expect(await title().evaluate((heading) => heading === document.activeElement)).toBe(true)
    const cpu = page.locator('.finding', { hasText: 'CPU' }).first()
    expect(await cpu.innerText()).toMatch(/In use|Works/)
    expect(await page.locator('.doctor-section h2').allInnerTexts()).toEqual(['Device', 'Model packs', 'Graphics cards', 'Memory and disk', 'ffmpeg', 'Library'])
    expect(await page.getByText('Tiny Wan').first().isVisible()).toBe(true)
    // Whatever was refused has a sentence for it.
    for (const refused of await page.locator('.finding-refused').all()) expect(await refused.locator('.finding-text').first().innerText()).toMatch(/\.$/)
    expect(await objections()).toEqual([])
  })

  it('copies the report as the command line prints it', async () => {
    await page.getByRole('button', { name: 'Copy report' }).click()
    await page.getByText('The report is on the clipboard.').waitFor()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    expect(text).toMatch(/^Shotwright 0\.0\.0-test, Node .*\nonnxruntime \d/)
    expect(text).toContain('pack tiny-wan: ready')
  })

  it('keeps the choice of a device, and says which one automatic picked', async () => {
    await device().click()
    await page.getByRole('option', { name: /^CPU/ }).click()
    await page.waitForFunction(() => document.querySelector('.doctor-choice .select-value')?.textContent === 'CPU')
    expect((await under.studio.handlers['settings.get']({}, {} as never) as { values: Record<string, unknown> }).values['engine.device']).toBe('cpu')
    expect(await page.locator('.finding', { hasText: 'CPU' }).first().innerText()).toContain('In use')
    await device().click()
    await page.getByRole('option', { name: /^Automatic/ }).click()
    await page.waitForFunction(() => /^Automatic \(.+\)$/.test(document.querySelector('.doctor-choice .select-value')?.textContent ?? ''))
  })

  it('says so where the ffmpeg of one\'s own does not work, and forgets it again', async () => {
    const field = page.getByRole('textbox', { name: 'Your own ffmpeg' })
    await field.fill(join(under.folder, 'no-ffmpeg'))
    await page.getByRole('button', { name: 'Use it' }).click()
    await page.getByText(/no-ffmpeg\) does not work/).waitFor()
    await field.fill('')
    await page.keyboard.press('Enter')
    await page.getByText(/no-ffmpeg\) does not work/).waitFor({ state: 'detached' })
  })

  it('is checked again on request, and left with Escape', async () => {
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByRole('button', { name: 'Checking…' }).waitFor()
    await page.getByRole('button', { name: 'Check again' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Open the sample/ }).waitFor()
  })

  it('opens from the status bar of a project, whose shortcuts rest meanwhile, and leads back to it', async () => {
    await page.getByRole('button', { name: /^Open the sample/ }).click()
    await page.locator('.project-title').waitFor()
    const cards = await page.locator('.card').count()
    await openDoctor()
    await page.keyboard.press('n')
    await page.getByRole('button', { name: 'Back' }).click()
    await page.locator('.project-title').waitFor()
    expect(await page.locator('.card').count()).toBe(cards)
  })

  it('says so where the studio cannot be reached, and tries again', async () => {
    await openDoctor()
    await under.stopHost()
    await page.getByText('The connection to the studio was lost.').waitFor()
    await under.startHost()
    await page.getByText('The connection to the studio was lost.').waitFor({ state: 'detached' })
    expect(await title().isVisible()).toBe(true)
  })
})
