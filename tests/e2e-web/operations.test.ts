/** Making takes of takes by mouse and by keyboard, on tiny real models: the document and the pixels of what was kept are checked. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { Take } from '#core/document/schema.ts'
import { meanDifference } from '#tests/media/picture-likeness.ts'
import { documentOf, shotsOf, takesOf } from './document-of.ts'
import { cards, eventually, generateAll, goToFrame, pasteScript, showView, viewerPixels, waitForFrame } from './driving.ts'
import { FIXTURE_PACKS, studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

const SCRIPT = 'a red boat (1 s)\n\na blue house (1 s)\n\na green field (1 s)'
/** Real generations, on whatever machine runs the tests. */
const GENERATED_MS = 120_000
/** Encoding the same kept frames a second time may cost them this much, on a scale of 255. */
const CODEC_LOSS = 3

vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

let under: StudioUnderTest
let page: Page
let packs = ''

beforeAll(async () => {
  // A tiny model with every ability, alone: new projects then use it.
  packs = mkdtempSync(join(tmpdir(), 'shotwright-packs-'))
  cpSync(join(FIXTURE_PACKS, 'tiny-camera'), join(packs, 'tiny-camera'), { recursive: true })
  under = await studioUnderTest({ packFolders: [packs] })
  page = under.page
  page.setDefaultTimeout(30_000)
  await pasteScript(page, { title: 'Operations', script: SCRIPT, format: 'Square' })
  await generateAll(page)
  await showView(page, 'Edit')
})
afterEach(async () => {
  // A test that failed half way leaves no dialog in the way of the next.
  if (await page.locator('.dialog').count() > 0) await page.keyboard.press('Escape')
  expect(under.complaints).toEqual([])
})
afterAll(async () => {
  await under.dispose()
  rmSync(packs, { recursive: true, force: true })
})

async function selectShot(index: number): Promise<void> {
  await cards(page).nth(index).click()
}

/** Nothing has the keyboard: what is pressed next goes to the studio as a whole. */
async function restFocus(): Promise<void> {
  await page.locator('canvas.stage-canvas').click()
}

async function takesNow(index: number): Promise<readonly Take[]> {
  const document = await documentOf(under)
  return takesOf(document, shotsOf(document)[index]?.id)
}

/** Waits until a shot has so many takes and shows the newest one that it was told to show. */
async function untilTakes(index: number, count: number): Promise<readonly Take[]> {
  await eventually(async () => expect(await takesNow(index)).toHaveLength(count), GENERATED_MS)
  await page.getByText('Ready', { exact: true }).waitFor({ timeout: GENERATED_MS })
  return await takesNow(index)
}

async function pixelsAt(frame: number, take: Take): Promise<Uint8Array> {
  await goToFrame(page, frame)
  await page.locator(`canvas.stage-canvas[data-frame="${frame}"][data-takes="${take.id}"]`).waitFor()
  return (await viewerPixels(page)).rgb
}

async function useTake(number: number): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^Use take ${number}:`) }).click()
  await eventually(async () => expect(await page.getByRole('button', { name: new RegExp(`^Use take ${number}:`) }).getAttribute('aria-pressed')).toBe('true'))
}

/** Frames (of the sequence's shot that starts at 0) whose pictures of two takes are compared. */
async function differences(first: Take, firstNumber: number, second: Take, secondNumber: number, frames: readonly number[]): Promise<readonly number[]> {
  await useTake(firstNumber)
  const before: Uint8Array[] = []
  for (const frame of frames) before.push(await pixelsAt(frame, first))
  await useTake(secondNumber)
  const changes: number[] = []
  for (const [index, frame] of frames.entries()) changes.push(meanDifference(before[index] ?? new Uint8Array(), await pixelsAt(frame, second)))
  return changes
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

async function panel(name: RegExp): Promise<Locator> {
  const found = page.getByRole('region', { name })
  await found.waitFor()
  return found
}

async function dragAlong(element: Locator, from: number, to: number): Promise<void> {
  const box = await element.boundingBox()
  if (!box) throw new Error('Nothing to drag over.')
  const y = box.y + box.height / 2
  await page.keyboard.down('Shift')
  await page.mouse.move(box.x + box.width * from, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * to, y, { steps: 8 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
}

describe('a range', () => {
  it('is dragged on the scrubber with Shift, snapped to whole latent frames, said in words, and cleared by Escape', async () => {
    await selectShot(0)
    // Frames 8 to 12 of 71: frames 5 to 8 of the take, all of its third latent frame.
    await dragAlong(page.getByRole('slider', { name: 'Position' }), 8 / 71, 12 / 71)
    const group = page.locator('.viewer').getByRole('group', { name: 'Selected range, 0.31–0.56 s' })
    await group.waitFor()
    expect(await page.locator('.range-bubble').innerText()).toMatch(/0\.31–0\.56 s[\s\S]*4 frames · 1 whole latent frame of 4 frames/)
    await page.keyboard.press('Escape')
    await group.waitFor({ state: 'detached' })
    expect(await cards(page).first().getAttribute('aria-selected')).toBe('true')
  })

  it('is dragged over a clip of the timeline, and its edges move by latent frames under the keys', async () => {
    await selectShot(0)
    await dragAlong(page.locator('.clip-shot').first(), 0.35, 0.5)
    const end = page.locator('.timeline').getByRole('slider', { name: 'End of the range' })
    await end.waitFor()
    expect(await end.getAttribute('aria-valuetext')).toBe('0.56 s')
    await end.focus()
    await page.keyboard.press('ArrowRight')
    await eventually(async () => expect(await end.getAttribute('aria-valuetext')).toBe('0.81 s'))
    await page.keyboard.press('Escape')
    await end.waitFor({ state: 'detached' })
  })

  it('is retaken by mouse with other words: kept frames stay, the range changes, the old take is a click away', async () => {
    await selectShot(0)
    const [parent] = await takesNow(0)
    if (!parent) throw new Error('There is no take.')
    await dragAlong(page.getByRole('slider', { name: 'Position' }), 8 / 71, 12 / 71)
    await page.getByRole('button', { name: 'Retake', exact: true }).first().click()
    const form = await panel(/^Retake 0\.31–0\.56 s$/)
    expect(await form.getByRole('textbox').inputValue()).toBe('a red boat')
    expect(await form.innerText()).toContain('Keeps 0–0.31 s and 0.56–1.06 s of take 1 as they are.')
    await form.getByRole('textbox').fill('a green boat')
    await form.getByRole('button', { name: 'Retake', exact: true }).click()
    await form.waitFor({ state: 'detached' })

    const takes = await untilTakes(0, 2)
    const retake = takes[1]
    expect(retake).toMatchObject({ operation: 'retake', parentTakeId: parent.id, range: { startFrame: 5, endFrame: 9 }, frameCount: parent.frameCount, signature: parent.signature })
    expect(retake?.recipe?.part?.prompt.toLowerCase()).toContain('green boat')
    const shot = shotsOf(await documentOf(under))[0]
    expect(shot).toMatchObject({ selectedTakeId: retake?.id, prompt: 'a red boat' })
    expect(await page.getByRole('list', { name: 'Takes of this shot' }).innerText()).toContain('Retake 0.31–0.56 s of take 1')

    if (!retake) return
    const changes = await differences(parent, 1, retake, 2, [3, 20, 8, 10, 12])
    const kept = changes.slice(0, 2)
    for (const change of kept) expect(change).toBeLessThan(CODEC_LOSS)
    // The pictures of a model of random weights are faint: what is new differs by little, yet by more than what was kept.
    expect(mean(changes.slice(2))).toBeGreaterThan(1.2 * mean(kept))
  })

  it('is retaken by keyboard alone: I and O at the playhead, Shift and arrows, R, Ctrl and Enter', async () => {
    await selectShot(0)
    await useTake(1)
    await goToFrame(page, 14)
    await restFocus()
    await page.keyboard.press('i')
    await page.keyboard.press('o')
    const group = page.locator('.viewer').getByRole('group', { name: /^Selected range/ })
    expect(await group.getAttribute('aria-label')).toBe('Selected range, 0.56–0.81 s')
    await page.keyboard.press('Shift+ArrowRight')
    await eventually(async () => expect(await group.getAttribute('aria-label')).toBe('Selected range, 0.56–1.06 s'))
    await page.keyboard.press('Shift+ArrowLeft')
    await eventually(async () => expect(await group.getAttribute('aria-label')).toBe('Selected range, 0.56–0.81 s'))
    await page.keyboard.press('r')
    const form = await panel(/^Retake 0\.56–0\.81 s$/)
    await eventually(async () => expect(await form.getByRole('textbox').evaluate((field) => field === document.activeElement)).toBe(true))
    await page.keyboard.press('Control+Enter')
    const takes = await untilTakes(0, 3)
    expect(takes[2]).toMatchObject({ operation: 'retake', parentTakeId: takes[0]?.id, range: { startFrame: 9, endFrame: 13 } })
    expect(takes[2]?.recipe?.part?.prompt).toBe(takes[0]?.recipe?.prompt)
  })
})

describe('takes', () => {
  it('show the other one at the same frame while B is held, and go back when it is let go', async () => {
    await selectShot(0)
    const [first, second] = await takesNow(0)
    await useTake(2)
    await goToFrame(page, 10)
    await page.locator(`canvas[data-takes="${second?.id}"]`).waitFor()
    await restFocus()
    await page.keyboard.down('b')
    await page.locator(`canvas[data-takes="${first?.id}"][data-frame="10"]`).waitFor()
    expect(await page.locator('.stage-compare').innerText()).toBe('Take 1')
    await page.keyboard.up('b')
    await page.locator(`canvas[data-takes="${second?.id}"][data-frame="10"]`).waitFor()
    await page.getByRole('button', { name: 'Compare with take 1' }).click()
    await page.locator(`canvas[data-takes="${first?.id}"]`).waitFor()
    await page.getByRole('button', { name: 'Compare with take 1' }).click()
    await page.locator(`canvas[data-takes="${second?.id}"]`).waitFor()
  })

  it('keep a note, show their recipe, and give it back to the shot as one step', async () => {
    await selectShot(0)
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('something else')
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).blur()
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]?.prompt).toBe('something else'))
    const edited = shotsOf(await documentOf(under))[0]
    await page.getByRole('button', { name: 'Actions for take 1' }).click()
    await page.getByRole('menuitem', { name: 'Recipe and note…' }).click()
    const dialog = page.locator('.dialog')
    expect(await dialog.innerText()).toContain(String((await takesNow(0))[0]?.recipe?.seed))
    await dialog.getByRole('textbox', { name: 'Note' }).fill('the best hull')
    await dialog.getByRole('button', { name: 'Make new from this recipe' }).click()
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]?.prompt).toBe('a red boat'))
    expect((await takesNow(0))[0]?.note).toBe('the best hull')
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]).toEqual(edited))
    await page.keyboard.press('Control+Shift+z')
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]?.prompt).toBe('a red boat'))
  })
})

describe('variations', () => {
  it('are made by mouse from the shot’s menu, each with its own seed, and laid out to choose from', async () => {
    await cards(page).nth(1).hover()
    await page.getByRole('button', { name: 'Actions for shot 2' }).click()
    await page.getByRole('menuitem', { name: 'Variations…' }).click()
    const form = await panel(/^Variations$/)
    await form.getByRole('button', { name: '3 takes' }).click()
    await form.getByRole('button', { name: 'Make 3 variations' }).click()
    const takes = await untilTakes(1, 4)
    expect(new Set(takes.map((take) => take.recipe?.seed)).size).toBe(4)
    await page.getByRole('button', { name: 'Choose', exact: true }).click()
    const dialog = page.locator('.dialog')
    await dialog.getByRole('button', { name: 'Use variation 3' }).click()
    await dialog.waitFor({ state: 'detached' })
    await eventually(async () => expect(shotsOf(await documentOf(under))[1]).toMatchObject({ selectedTakeId: takes[3]?.id, seed: takes[3]?.recipe?.seed }))
  })

  it('are made and chosen by keyboard alone', async () => {
    await selectShot(1)
    await page.keyboard.press('Shift+V')
    const form = await panel(/^Variations$/)
    await form.getByRole('button', { name: '4 takes' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await form.getByRole('button', { name: 'Make 2 variations' }).waitFor()
    await page.keyboard.press('Control+Enter')
    const takes = await untilTakes(1, 6)
    await page.getByRole('button', { name: 'Choose', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.dialog').waitFor()
    await page.keyboard.press('2')
    await page.locator('.dialog').waitFor({ state: 'detached' })
    await eventually(async () => expect(shotsOf(await documentOf(under))[1]?.selectedTakeId).toBe(takes[5]?.id))
  })

  it('give several selected shots a seed each, taken back by one undo', async () => {
    const before = shotsOf(await documentOf(under)).map(({ seed }) => seed)
    await selectShot(0)
    await cards(page).nth(2).click({ modifiers: ['Shift'] })
    await page.getByRole('button', { name: 'New random seed' }).last().click()
    await eventually(async () => {
      const seeds = shotsOf(await documentOf(under)).map(({ seed }) => seed)
      expect(new Set([...seeds, ...before]).size).toBe(6)
    })
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(shotsOf(await documentOf(under)).map(({ seed }) => seed)).toEqual(before))
  })
})

describe('extending', () => {
  it('adds frames behind a take by keyboard; the frames it had stay, and the shot can use the new ones', async () => {
    await selectShot(0)
    await useTake(1)
    const [parent] = await takesNow(0)
    await restFocus()
    await page.keyboard.press('e')
    const form = await panel(/^Extend past its end$/)
    await form.getByRole('textbox', { name: 'Add' }).fill('0.5')
    await form.getByRole('textbox', { name: 'Add' }).press('Tab')
    await page.keyboard.press('Control+Enter')
    const takes = await untilTakes(0, 4)
    const longer = takes[3]
    expect(longer).toMatchObject({ operation: 'extend', parentTakeId: parent?.id, frameCount: 25, range: { startFrame: 17, endFrame: 25 } })
    await page.getByRole('button', { name: 'Use the new frames' }).click()
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]).toMatchObject({ trimStartFrames: 0, durationFrames: 37 }))
    await restFocus()
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]?.durationFrames).toBe(24))
    if (!parent || !longer) return
    for (const change of await differences(parent, 1, longer, 4, [3, 20])) expect(change).toBeLessThan(CODEC_LOSS)
  })

  it('adds frames before a take by mouse; what the shot shows stays where it is', async () => {
    await selectShot(2)
    const [parent] = await takesNow(2)
    await page.getByRole('button', { name: 'Extend before…' }).click()
    const form = await panel(/^Extend before its start$/)
    await form.getByRole('button', { name: 'Extend', exact: true }).click()
    const takes = await untilTakes(2, 2)
    expect(takes[1]).toMatchObject({ operation: 'extend', parentTakeId: parent?.id, range: { startFrame: 0, endFrame: 16 }, frameCount: 33 })
  })
})

describe('bridges', () => {
  it('are made by mouse from the cut between two shots', async () => {
    await page.locator('.cut').first().hover()
    await page.locator('.cut').first().click()
    await page.getByRole('button', { name: 'Bridge to the next shot…' }).click()
    const form = await panel(/^Bridge shots 1 and 2$/)
    await form.getByRole('textbox', { name: 'Prompt for the new frames' }).fill('a boat becomes a house')
    await form.getByRole('textbox', { name: 'Length' }).fill('0.5')
    await form.getByRole('textbox', { name: 'Length' }).press('Tab')
    const before = shotsOf(await documentOf(under))
    await form.getByRole('button', { name: 'Make the bridge' }).click()
    await eventually(async () => expect(shotsOf(await documentOf(under))).toHaveLength(4))
    const takes = await untilTakes(1, 1)
    const after = shotsOf(await documentOf(under))
    expect(after.map(({ id }) => id)).toEqual([before[0]?.id, after[1]?.id, before[1]?.id, before[2]?.id])
    expect(after[1]).toMatchObject({ prompt: 'a boat becomes a house', selectedTakeId: takes[0]?.id })
    expect(takes[0]?.operation).toBe('bridge')
  })

  it('are made by keyboard', async () => {
    await cards(page).nth(2).focus()
    await selectShot(2)
    await page.keyboard.press('Shift+B')
    const form = await panel(/^Bridge shots 3 and 4$/)
    await form.getByRole('textbox', { name: 'Length' }).fill('0.5')
    await form.getByRole('textbox', { name: 'Length' }).press('Tab')
    await page.keyboard.press('Control+Enter')
    await eventually(async () => expect(shotsOf(await documentOf(under))).toHaveLength(5))
    expect((await untilTakes(3, 1))[0]?.operation).toBe('bridge')
  })
})

describe('given pictures', () => {
  /** A small red picture, made by the browser itself. */
  async function redPng(): Promise<Buffer> {
    const address = await page.evaluate(() => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = 16
      const context = canvas.getContext('2d')
      if (context) {
        context.fillStyle = '#c01010'
        context.fillRect(0, 0, 16, 16)
      }
      return canvas.toDataURL('image/png')
    })
    return Buffer.from(address.split(',')[1] ?? '', 'base64')
  }

  it('are chosen as a file by mouse, shown, and removed; each is one step', async () => {
    await selectShot(0)
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: /^First frame:/ }).click().then(() => page.getByRole('menuitem', { name: 'Choose a picture…' }).click()),
    ])
    await chooser.setFiles({ name: 'red.png', mimeType: 'image/png', buffer: await redPng() })
    await eventually(async () => {
      const document = await documentOf(under)
      const { references } = shotsOf(document)[0] ?? {}
      expect(document.media[references?.firstFrame ?? '']).toMatchObject({ kind: 'image', displayName: 'red.png', frameSize: { width: 16, height: 16 } })
    }, GENERATED_MS)
    await page.getByRole('button', { name: /^First frame:/ }).locator('img').waitFor()
    await page.getByRole('button', { name: 'Remove the first frame' }).click()
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]?.references.firstFrame).toBeNull())
    await page.keyboard.press('Control+z')
    await eventually(async () => expect(shotsOf(await documentOf(under))[0]?.references.firstFrame).not.toBeNull())
  })

  it('are dropped as a file; what is no picture is refused in words', async () => {
    await selectShot(1)
    const drop = async (name: string, type: string, bytes: Buffer): Promise<void> => {
      const transfer = await page.evaluateHandle(({ base64, fileName, mime }) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0)], fileName, { type: mime }))
        return data
      }, { base64: bytes.toString('base64'), fileName: name, mime: type })
      await page.locator('.picture-well').last().dispatchEvent('dragover', { dataTransfer: transfer })
      await page.locator('.picture-well').last().dispatchEvent('drop', { dataTransfer: transfer })
    }
    await drop('notes.txt', 'text/plain', Buffer.from('no picture'))
    await page.getByText('“notes.txt” is not a picture.').first().waitFor()
    await drop('end.png', 'image/png', await redPng())
    await eventually(async () => expect(shotsOf(await documentOf(under))[1]?.references.lastFrame).not.toBeNull(), GENERATED_MS)
  })

  it('are taken from the frame at the playhead by keyboard', async () => {
    await selectShot(4)
    await goToFrame(page, 4)
    await page.getByRole('button', { name: /^First frame:/ }).focus()
    await page.keyboard.press('Enter')
    const focused = page.locator('[role="menuitem"]:focus')
    await eventually(async () => expect(await focused.innerText()).toBe('Choose a picture…'))
    await page.keyboard.press('ArrowDown')
    await eventually(async () => expect(await focused.innerText()).toBe('Use the frame at the playhead'))
    await page.keyboard.press('Enter')
    await eventually(async () => {
      const document = await documentOf(under)
      expect(document.media[shotsOf(document)[4]?.references.firstFrame ?? '']).toMatchObject({ kind: 'image', frameSize: { width: 16, height: 16 } })
    }, GENERATED_MS)
  })

  it('and a continued shot exclude each other in words; continuing says from what', async () => {
    const toggle = page.getByRole('switch', { name: /^Continue from the previous shot/ })
    await selectShot(4)
    await page.getByText('A first frame is given, which goes before.').waitFor()
    expect(await toggle.isDisabled()).toBe(true)
    await selectShot(0)
    await page.getByText('This is the first shot.').waitFor()
    await selectShot(2)
    await page.getByText('Would start from the last frame of Shot 2.').waitFor()
    await toggle.focus()
    await page.keyboard.press('Space')
    await page.getByText('Starts from the last frame of Shot 2.').waitFor()
    const shots = shotsOf(await documentOf(under))
    expect(shots[2]?.continuesFrom).toBe(shots[1]?.id)
  })
})

it('nothing of it took a take away', async () => {
  const document = await documentOf(under)
  expect(Object.values(document.takes).filter(({ operation }) => operation === 'generate')).toHaveLength(8)
  await waitForFrame(page, Number(await page.locator('canvas.stage-canvas').getAttribute('data-wanted')))
})
