/** Takes the pictures of docs/screenshots with the embedded model: `node tests/e2e-web/take-screenshots.ts`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { generateAll, goToFrame, pasteScript, showView } from './driving.ts'
import { EMBEDDED_PACKS, studioUnderTest } from './studio-under-test.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDER = join(ROOT, 'docs', 'screenshots')
const SIZES = [{ width: 1_440, height: 900 }, { width: 1_024, height: 700 }] as const
const SCRIPT = 'WIDE SHOT of a blue boat on the beach at sunset. Slow pan right. (2 s)\n\nCLOSE ON a red robot standing still in a field, day, clear sky. Push in. (2 s)\n\nA yellow house in the snow at night, a neon dragon above it. Tilt up. (2 s)'

mkdirSync(FOLDER, { recursive: true })
const { page, dispose } = await studioUnderTest({ packFolders: [EMBEDDED_PACKS] })

/** Paths of the machine that takes the pictures are nobody's business. */
async function hidePaths(of: Page): Promise<void> {
  await of.evaluate((root) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const node = texts.currentNode as Text
      const shown = node.data.replaceAll(root, '/home/you/shotwright').replaceAll(/\/tmp\/shotwright-e2e-\w+/g, '/home/you/Shotwright')
      if (shown !== node.data) node.data = shown
    }
  }, ROOT)
}

async function take(name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await hidePaths(page)
    // Panels, canvas and film strips follow the new size over a few frames of the screen.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 700)))
    await page.screenshot({ path: join(FOLDER, `${name}-${size.width}x${size.height}.jpg`), type: 'jpeg', quality: 86 })
  }
  await page.setViewportSize(SIZES[0])
}

async function openDialog(of: Page): Promise<void> {
  await of.getByRole('button', { name: /^Paste a script/ }).click()
  await of.getByRole('dialog').getByRole('textbox', { name: 'Script' }).fill(SCRIPT)
}

try {
  await pasteScript(page, { title: 'Night walk', script: SCRIPT, format: 'Wide' })
  await page.getByRole('button', { name: /^Generate \d+ shots?/ }).first().click()
  await page.locator('.drafting img').waitFor({ timeout: 120_000 })
  await page.screenshot({ path: join(FOLDER, 'drafting-1440x900.jpg'), type: 'jpeg', quality: 86 })
  await page.getByText('All shots are up to date').waitFor({ timeout: 300_000 })
  await page.getByRole('button', { name: 'Project menu' }).click()
  await page.getByRole('menuitem', { name: 'All projects' }).click()
  await page.getByRole('button', { name: /^Open the sample/ }).click()
  await page.locator('.project-title').getByText('First light').waitFor()
  await generateAll(page)
  await page.locator('.notice-close').last().click()
  await page.locator('.notice').first().waitFor({ state: 'detached' })
  await showView(page, 'Edit')
  await goToFrame(page, 190)
  await page.locator('.card').nth(2).click()
  await goToFrame(page, 190)
  await take('edit')
  await showView(page, 'Storyboard')
  await take('storyboard')
  await showView(page, 'Deliver')
  await take('deliver')
  await showView(page, 'Edit')
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a red robot and a neon dragon in a forest, day, clear sky')
  await page.getByText('Drafts ignore: neon, dragon').waitFor()
  await page.getByRole('button', { name: 'Build plan' }).click()
  await page.getByText('What will run').waitFor()
  await take('stale-and-plan')
  await page.keyboard.press('Escape')
  await page.locator('.plan').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Type a command' }).fill('shot')
  await take('palette')
  await page.keyboard.press('Escape')
  await page.locator('.palette').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Project menu' }).click()
  await page.getByRole('menuitem', { name: 'Light theme' }).click()
  await take('edit-light')
  await page.getByRole('button', { name: 'Project menu' }).click()
  await page.getByRole('menuitem', { name: 'Dark theme' }).click()
  await page.getByRole('button', { name: 'Project menu' }).click()
  await page.getByRole('menuitem', { name: 'All projects' }).click()
  await page.locator('.project-card').first().waitFor()
  await take('library')
  await page.getByRole('button', { name: /^Devices and health/ }).click()
  await page.getByRole('combobox', { name: 'Generate on' }).waitFor({ timeout: 120_000 })
  await take('doctor')
  const setTheme = (theme: string): Promise<void> => page.evaluate((name) => document.querySelector('[data-theme]')?.setAttribute('data-theme', name), theme)
  await setTheme('light')
  await take('doctor-light')
  await setTheme('dark')
  await page.keyboard.press('Escape')
  await page.locator('.project-card').first().waitFor()
  await openDialog(page)
  await take('new-project')
} finally {
  await dispose()
}
