/** What a person does in the studio, as steps that the tests share. */
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'

export interface NewProject {
  readonly title: string
  readonly script: string
  readonly format?: 'Vertical' | 'Wide' | 'Square'
  readonly rate?: '24 fps' | '30 fps'
}

export async function pasteScript(page: Page, { title, script, format = 'Vertical', rate }: NewProject): Promise<void> {
  await page.getByRole('button', { name: /^Paste a script/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title').fill(title)
  await dialog.getByRole('textbox', { name: 'Script' }).fill(script)
  await dialog.getByRole('button', { name: format }).click()
  if (rate) {
    await dialog.getByRole('combobox', { name: 'Frame rate' }).click()
    await page.getByRole('option', { name: rate }).click()
  }
  await dialog.getByRole('button', { name: /^Create \d+ shots?$/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await cards(page).first().waitFor()
}

export function cards(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Storyboard' }).getByRole('option')
}

/** The prompts in the order of the cards. */
export async function prompts(page: Page): Promise<readonly string[]> {
  return await page.locator('.card-prompt').allInnerTexts()
}

export async function showView(page: Page, view: 'Storyboard' | 'Edit' | 'Deliver'): Promise<void> {
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: view }).click()
}

export async function generateAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Generate \d+ shots?/ }).first().click()
  await page.getByText('All shots are up to date').waitFor({ timeout: 280_000 })
}

/** Waits until the viewer shows exactly this frame, decoded and painted. */
export async function waitForFrame(page: Page, frame: number): Promise<void> {
  await page.locator(`canvas.stage-canvas[data-frame="${frame}"]`).waitFor({ timeout: 30_000 })
}

export async function goToFrame(page: Page, frame: number): Promise<void> {
  const timecode = page.getByRole('textbox', { name: 'Timecode' })
  await timecode.fill(`${frame}f`)
  await timecode.press('Enter')
  await waitForFrame(page, frame)
}

/** The pixels of the viewer's canvas, as it was last painted. */
export async function viewerPixels(page: Page): Promise<{ readonly width: number; readonly height: number; readonly rgb: Uint8Array }> {
  const { width, height, base64 } = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.stage-canvas')
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
    if (!canvas || !data) throw new Error('There is no viewer.')
    let text = ''
    for (let index = 0; index < data.data.length; index += 4) text += String.fromCharCode(data.data[index] ?? 0, data.data[index + 1] ?? 0, data.data[index + 2] ?? 0)
    return { width: canvas.width, height: canvas.height, base64: btoa(text) }
  })
  return { width, height, rgb: new Uint8Array(Buffer.from(base64, 'base64')) }
}

/** Polls a claim about the page until it holds; the message of the last failure is the test's. */
export async function eventually(claim: () => Promise<void>, timeoutMs = 10_000): Promise<void> {
  await expect.poll(async () => {
    try {
      await claim()
      return 'holds'
    } catch (error) {
      return String(error)
    }
  }, { timeout: timeoutMs, interval: 60 }).toBe('holds')
}

/** Drags with the real mouse, in steps, from the middle of one box to a point of another. */
export async function dragTo(page: Page, from: Locator, to: Locator, at: { readonly x: number; readonly y: number } = { x: 0.5, y: 0.75 }): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()]
  if (!start || !end) throw new Error('Nothing to drag.')
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
  await page.mouse.down()
  await page.mouse.move(start.x + start.width / 2 + 8, start.y + start.height / 2 + 8, { steps: 3 })
  await page.mouse.move(end.x + end.width * at.x, end.y + end.height * at.y, { steps: 12 })
  await page.mouse.up()
}
