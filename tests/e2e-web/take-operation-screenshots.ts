/** Takes the pictures of docs/screenshots that show takes being made anew, with the embedded model: `node tests/e2e-web/take-operation-screenshots.ts`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { cards, goToFrame, pasteScript, showView } from './driving.ts'
import { EMBEDDED_PACKS, studioUnderTest } from './studio-under-test.ts'

const FOLDER = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'docs', 'screenshots')
const SIZES = [{ width: 1_440, height: 900 }, { width: 1_024, height: 700 }] as const
const SCRIPT = 'WIDE SHOT of a blue boat on the beach at sunset. Slow pan right. (3 s)\n\nCLOSE ON a red robot standing still in a field, day, clear sky. Push in. (2 s)\n\nA yellow house in the snow at night. Tilt up. (14 s)'
const GENERATED_MS = 400_000

mkdirSync(FOLDER, { recursive: true })
const { page, complaints, dispose } = await studioUnderTest({ packFolders: [EMBEDDED_PACKS] })

async function take(name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    // Panels, canvas and film strips follow the new size over a few frames of the screen.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 900)))
    await page.screenshot({ path: join(FOLDER, `${name}-${size.width}x${size.height}.jpg`), type: 'jpeg', quality: 86 })
  }
  await page.setViewportSize(SIZES[0])
}

async function restFocus(of: Page): Promise<void> {
  await of.locator('canvas.stage-canvas').click()
}

async function selectFrames(of: Page, from: number, to: number): Promise<void> {
  await goToFrame(of, from)
  await restFocus(of)
  await of.keyboard.press('i')
  await goToFrame(of, to)
  await restFocus(of)
  await of.keyboard.press('o')
}

/** Notices of what is done go by themselves. */
async function forgetNotices(of: Page): Promise<void> {
  await of.locator('.notice').first().waitFor({ state: 'detached', timeout: 60_000 })
}

try {
  await pasteScript(page, { title: 'Night walk', script: SCRIPT, format: 'Wide' })
  await cards(page).nth(2).click()
  await showView(page, 'Edit')
  await page.locator('.section', { hasText: 'Timing' }).first().scrollIntoViewIfNeeded()
  await take('long-shot')
  await cards(page).nth(0).click()
  await page.keyboard.press('Control+Shift+Enter')
  await cards(page).nth(1).click()
  await page.keyboard.press('Control+Shift+Enter')
  await page.getByText('2 shots are ready').waitFor({ timeout: GENERATED_MS })
  await cards(page).nth(0).click()
  await page.getByRole('list', { name: 'Takes of this shot' }).waitFor()
  await forgetNotices(page)

  await cards(page).nth(0).click()
  await selectFrames(page, 24, 50)
  await page.keyboard.press('r')
  await page.getByRole('region', { name: /^Retake / }).getByRole('textbox').fill('a red boat on the beach at sunset, a flash of lightning behind it')
  await take('retake')
  await page.keyboard.press('Control+Enter')
  await page.locator('.retaking img').waitFor({ timeout: GENERATED_MS })
  await take('retaking')
  await page.getByText('The retake of Shot 1 is ready').waitFor({ timeout: GENERATED_MS })
  await take('retaken')

  await restFocus(page)
  await page.keyboard.down('b')
  await page.locator('.stage-compare').waitFor()
  await take('compare-takes')
  await page.keyboard.up('b')
  await page.getByRole('button', { name: 'Actions for take 2' }).click()
  await page.getByRole('menuitem', { name: 'Recipe and note…' }).click()
  await page.locator('.dialog').getByRole('textbox', { name: 'Note' }).fill('The lightning works, the hull does not.')
  await take('take-recipe')
  await page.keyboard.press('Escape')
  await page.locator('.dialog').waitFor({ state: 'detached' })

  await cards(page).nth(0).hover()
  await page.getByRole('button', { name: 'Actions for shot 1' }).click()
  await page.getByRole('menuitem', { name: 'Variations…' }).waitFor()
  await take('shot-menu')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await cards(page).nth(2).hover()
  await page.getByRole('button', { name: 'Actions for shot 3' }).click()
  await page.getByRole('menuitem', { name: 'Variations…' }).waitFor()
  await take('shot-menu-without-takes')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })

  await cards(page).nth(0).click()
  await page.keyboard.press('e')
  await page.getByRole('region', { name: 'Extend past its end' }).waitFor()
  await take('extend')
  await page.keyboard.press('Escape')
  await page.locator('.cut').first().click({ force: true })
  await take('cut')
  await page.getByRole('button', { name: 'Bridge to the next shot…' }).click()
  await page.getByRole('region', { name: 'Bridge shots 1 and 2' }).waitFor()
  await take('bridge')
  await page.keyboard.press('Escape')

  await cards(page).nth(1).click()
  await goToFrame(page, 40)
  await page.getByRole('button', { name: /^First frame:/ }).click()
  await page.getByRole('menuitem', { name: 'Use the frame at the playhead' }).click()
  await page.getByRole('button', { name: /^First frame:/ }).locator('img').waitFor()
  await page.locator('.picture-wells').scrollIntoViewIfNeeded()
  await take('given-pictures')
  await page.keyboard.press('Control+z')

  await restFocus(page)
  await page.keyboard.press('Shift+V')
  await page.getByRole('region', { name: 'Variations' }).waitFor()
  await take('variations')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Show them' }).click()
  await page.locator('.choice img').first().waitFor({ timeout: GENERATED_MS })
  await take('choose-variation')
} finally {
  if (complaints.length > 0) process.stderr.write(`${complaints.join('\n')}\n`)
  await dispose()
}
