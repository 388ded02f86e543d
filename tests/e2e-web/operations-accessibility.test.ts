/** The panels of operations and the sheet of a take, read by axe. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { loadAxe, objections } from './axe.ts'
import { cards, eventually, generateAll, goToFrame, pasteScript, showView } from './driving.ts'
import { FIXTURE_PACKS, studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

let under: StudioUnderTest
let packs = ''

beforeAll(async () => {
  packs = mkdtempSync(join(tmpdir(), 'shotwright-packs-'))
  cpSync(join(FIXTURE_PACKS, 'tiny-camera'), join(packs, 'tiny-camera'), { recursive: true })
  under = await studioUnderTest({ packFolders: [packs] })
  await pasteScript(under.page, { title: 'Operations', script: 'a red boat (1 s)\n\na blue house (1 s)', format: 'Square' })
  await generateAll(under.page)
  await showView(under.page, 'Edit')
  await cards(under.page).nth(0).click()
  await goToFrame(under.page, 10)
  await loadAxe(under.page)
})
afterAll(async () => {
  await under.dispose()
  rmSync(packs, { recursive: true, force: true })
})

it.each(['r', 'e', 'Shift+V', 'Shift+B'])('axe objects to nothing in the panel that %s opens', async (key) => {
  const { page } = under
  await page.locator('canvas.stage-canvas').click()
  await page.keyboard.press(key)
  await page.locator('.operation').waitFor()
  await eventually(async () => expect(await objections(page)).toEqual([]), 30_000)
  await page.keyboard.press('Escape')
  await page.locator('.operation').waitFor({ state: 'detached' })
})

it('axe objects to nothing in the sheet of a take', async () => {
  const { page } = under
  await page.getByRole('button', { name: 'Actions for take 1' }).click()
  await page.getByRole('menuitem', { name: 'Recipe and note…' }).click()
  await page.locator('.dialog').waitFor()
  await eventually(async () => expect(await objections(page)).toEqual([]), 30_000)
})
