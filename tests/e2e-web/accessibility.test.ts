/** Every room of the studio, read by axe as assistive technology would: names, roles, contrast, order of headings. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { loadAxe, objections } from './axe.ts'
import { cards, eventually, showView } from './driving.ts'
import { studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let under: StudioUnderTest
let page: Page

beforeAll(async () => {
  under = await studioUnderTest()
  page = under.page
  await page.getByRole('button', { name: /^Open the sample/ }).waitFor()
  await loadAxe(page)
})
afterAll(async () => {
  await under.dispose()
})

describe('the studio has nothing that axe objects to', () => {
  it('in the library and its dialog', async () => {
    expect(await objections(page)).toEqual([])
    await page.getByRole('button', { name: /^Paste a script/ }).click()
    await page.getByRole('dialog').waitFor()
    expect(await objections(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it.each(['Dark', 'Light'])('in every room of the %s theme', async (theme) => {
    if (theme === 'Dark') await page.getByRole('button', { name: /^Open the sample/ }).click()
    else {
      await page.getByRole('button', { name: 'Project menu' }).click()
      await page.getByRole('menuitem', { name: 'Light theme' }).click()
      await page.getByRole('menu').waitFor({ state: 'detached' })
    }
    for (const view of ['Storyboard', 'Edit', 'Deliver'] as const) {
      await showView(page, view)
      await eventually(async () => expect(await objections(page), view).toEqual([]))
    }
  })

  it('and names each card by its prompt, each divider by what it does', async () => {
    await showView(page, 'Edit')
    expect(await cards(page).nth(1).getAttribute('aria-label')).toBe('Shot 2: a red robot standing still in a field, day, clear sky')
    expect(await page.getByRole('separator').evaluateAll((dividers) => dividers.filter((divider) => !divider.getAttribute('aria-label')).length)).toBe(0)
  })

  it('and gives no spoken instructions for keys that the cards do not have', async () => {
    expect(await page.locator('.card[aria-roledescription]').count()).toBe(0)
    expect(await page.getByText(/press the space bar/i).count()).toBe(0)
  })
})
