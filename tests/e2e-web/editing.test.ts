/** Editing by mouse and by keyboard: playing, trimming, transitions, splitting, locks, titles, the palette; each taken back by undo. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { cards, eventually, generateAll, goToFrame, pasteScript, showView, viewerPixels, waitForFrame } from './driving.ts'
import { studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

const SCRIPT = ['A blue boat on the beach. (1 s)', 'A red robot in a field. (1 s)', 'A yellow house in the snow. (1 s)'].join('\n\n')

// Real generation and a real encode, on whatever machine runs the tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

let under: StudioUnderTest
let page: Page

beforeAll(async () => {
  under = await studioUnderTest()
  page = under.page
  await pasteScript(page, { title: 'Edits', script: SCRIPT })
  await generateAll(page)
  await showView(page, 'Edit')
})
afterAll(async () => {
  await under.dispose()
})
beforeEach(async () => {
  await page.keyboard.press('Escape')
})

/** The length of the sequence as the transport shows it. */
async function total(): Promise<string> {
  return await page.locator('.transport-total').innerText()
}

async function undoTo(expected: string): Promise<void> {
  await page.keyboard.press('Control+z')
  await eventually(async () => expect(await total()).toBe(expected))
}

describe('playing', () => {
  it('steps exactly one frame with an arrow key, and paints that frame', async () => {
    await goToFrame(page, 10)
    await page.locator('.viewer-stage').click()
    await page.keyboard.press('ArrowRight')
    await waitForFrame(page, 11)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await waitForFrame(page, 9)
  })

  it('plays to the end on Space and stops there', async () => {
    await goToFrame(page, 60)
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await waitForFrame(page, 71)
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
  })

  it('changes no node of the timeline while it plays: only the playhead moves', async () => {
    await goToFrame(page, 0)
    const changes = await page.evaluate(async () => {
      const timeline = document.querySelector('.timeline-content')
      if (!timeline) throw new Error('There is no timeline.')
      let count = 0
      const observer = new MutationObserver((records) => {
        count += records.filter(({ target }) => !(target instanceof HTMLElement && target.classList.contains('playhead'))).length
      })
      observer.observe(timeline, { subtree: true, childList: true, attributes: true, characterData: true })
      window.dispatchEvent(new KeyboardEvent('keydown', { key: ' ' }))
      await new Promise<void>((resolve) => {
        const canvas = document.querySelector<HTMLElement>('canvas.stage-canvas')
        const look = (): void => (Number(canvas?.dataset['wanted']) >= 15 ? resolve() : void requestAnimationFrame(look))
        look()
      })
      observer.disconnect()
      return count
    })
    await page.keyboard.press('k')
    expect(changes).toBe(0)
  })

  it('jumps from cut to cut', async () => {
    await goToFrame(page, 0)
    await page.locator('.viewer-stage').click()
    await page.keyboard.press('ArrowDown')
    await waitForFrame(page, 24)
    await page.keyboard.press('ArrowUp')
    await waitForFrame(page, 0)
  })
})

describe('trimming', () => {
  it('shortens a shot by dragging its end, as one edit', async () => {
    const handle = page.getByRole('slider', { name: 'End of Shot 2' })
    const box = await handle.boundingBox()
    if (!box) throw new Error('no handle')
    await page.mouse.move(box.x + 4, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x - 60, box.y + 20, { steps: 8 })
    expect(await page.locator('.drag-tip').innerText()).toMatch(/^-\d+ · /)
    await page.mouse.up()
    await eventually(async () => expect(await total()).toMatch(/^00:00:02:/))
    await undoTo('00:00:03:00')
  })

  it('leaves everything as it was when a drag is ended by Escape', async () => {
    const box = await page.getByRole('slider', { name: 'End of Shot 2' }).boundingBox()
    if (!box) throw new Error('no handle')
    await page.mouse.move(box.x + 4, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x - 60, box.y + 20, { steps: 8 })
    await page.keyboard.press('Escape')
    await page.mouse.up()
    expect(await total()).toBe('00:00:03:00')
    expect(await page.getByRole('button', { name: 'Redo' }).isEnabled()).toBe(true)
  })

  it('trims by the arrow keys on a focused edge', async () => {
    await page.getByRole('slider', { name: 'End of Shot 1' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await eventually(async () => expect(await total()).toBe('00:00:02:22'))
    await undoTo('00:00:03:00')
  })

  it('splits at the playhead and joins again by undo', async () => {
    await goToFrame(page, 30)
    await page.locator('.viewer-stage').click()
    await page.keyboard.press('s')
    await eventually(async () => expect(await cards(page).count()).toBe(4))
    expect(await total()).toBe('00:00:03:00')
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(await cards(page).count()).toBe(3))
  })
})

describe('the storyline', () => {
  it('moves a shot by dragging its clip past the next one, without leaving a gap', async () => {
    const before = await page.locator('.card-prompt').allInnerTexts()
    const [first, second] = [await page.locator('.clip-shot').nth(0).boundingBox(), await page.locator('.clip-shot').nth(1).boundingBox()]
    if (!first || !second) throw new Error('no clips')
    await page.mouse.move(first.x + first.width / 2, first.y + 20)
    await page.mouse.down()
    await page.mouse.move(second.x + second.width / 2 + 20, second.y + 20, { steps: 10 })
    await page.locator('.drop-line').waitFor()
    await page.mouse.up()
    await eventually(async () => expect(await page.locator('.card-prompt').allInnerTexts()).toEqual([before[1], before[0], before[2]]))
    expect(await total()).toBe('00:00:03:00')
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(await page.locator('.card-prompt').allInnerTexts()).toEqual(before))
  })

  it('lays generated music under the sequence and draws its waveform', async () => {
    await page.getByRole('button', { name: 'Add music' }).click()
    await page.locator('.clip-audio').waitFor({ timeout: 60_000 })
    await eventually(async () => expect(await page.locator('.clip-wave').evaluate((canvas) => (canvas as HTMLCanvasElement).width)).toBeGreaterThan(100))
    await page.locator('.clip-audio').click()
    await page.keyboard.press('Delete')
    await eventually(async () => expect(await page.locator('.clip-audio').count()).toBe(0))
  })
})

describe('transitions, titles and locks', () => {
  it('sets a dissolve in the inspector, which shortens the sequence by its length, and removes it with Delete', async () => {
    await cards(page).first().click()
    await page.getByRole('combobox', { name: 'Transition to the next shot' }).click()
    await page.getByRole('option', { name: 'Dissolve' }).click()
    await eventually(async () => expect(await total()).toBe('00:00:02:12'))
    await page.getByRole('slider', { name: 'Dissolve after Shot 1' }).focus()
    await page.keyboard.press('Delete')
    await eventually(async () => expect(await total()).toBe('00:00:03:00'))
  })

  it('paints a new title into the picture as it is typed', async () => {
    await goToFrame(page, 12)
    await page.locator('.viewer-stage').click()
    const before = await viewerPixels(page)
    await page.keyboard.press('t')
    const field = page.getByRole('textbox', { name: 'Title text' })
    await field.fill('Harbour')
    await eventually(async () => expect(Buffer.compare(Buffer.from((await viewerPixels(page)).rgb), Buffer.from(before.rgb))).not.toBe(0))
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await eventually(async () => expect(await page.locator('.clip-title').count()).toBe(0))
  })

  it('refuses to trim a locked shot and says so on it', async () => {
    await cards(page).nth(2).click()
    await page.keyboard.press('Control+l')
    await eventually(async () => expect(await cards(page).nth(2).getByRole('img', { name: 'Locked' }).count()).toBe(1))
    expect(await page.getByRole('slider', { name: 'End of Shot 3' }).count()).toBe(0)
    expect(await page.getByRole('textbox', { name: 'Prompt', exact: true }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await eventually(async () => expect(await page.getByRole('slider', { name: 'End of Shot 3' }).count()).toBe(1))
  })

  it('runs a command from the palette by a few letters and Enter', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Type a command' }).fill('storyb view')
    await page.keyboard.press('Enter')
    await page.locator('.storyboard-grid').waitFor()
    await showView(page, 'Edit')
  })

  it('selects several shots with Shift and deletes them as one edit', async () => {
    await cards(page).first().click()
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('2 selected').waitFor()
    await page.keyboard.press('Delete')
    await eventually(async () => expect(await cards(page).count()).toBe(1))
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(await cards(page).count()).toBe(3))
  })

  it('shows no shot’s words as those of several, and writes over none of them until something is typed', async () => {
    const before = await page.locator('.card-prompt').allInnerTexts()
    await cards(page).first().click()
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('2 selected').waitFor()
    const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true })
    expect(await prompt.inputValue()).toBe('')
    expect(await prompt.getAttribute('placeholder')).toBe('Mixed')
    expect(await page.getByRole('textbox', { name: 'Seed' }).inputValue()).toBe('')
    await prompt.focus()
    await page.getByRole('textbox', { name: 'Seed' }).focus()
    await page.getByRole('textbox', { name: 'Lens' }).focus()
    expect(await page.locator('.card-prompt').allInnerTexts()).toEqual(before)
    await prompt.fill('the same for both')
    await eventually(async () => expect(await page.locator('.card-prompt').allInnerTexts()).toEqual(['the same for both', 'the same for both', before[2]]))
    await page.locator('.viewer-stage').click()
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(await page.locator('.card-prompt').allInnerTexts()).toEqual(before))
  })

  it('broke neither the page nor its security policy', () => {
    expect(under.complaints).toEqual([])
  })
})
