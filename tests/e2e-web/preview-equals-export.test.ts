/** What the viewer shows is what the file holds: frames of both, compared over cuts, transitions, titles, captions and the draft mark. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import { meanDifference, ssim } from '#tests/media/picture-likeness.ts'
import { generateAll, goToFrame, pasteScript, showView, viewerPixels } from './driving.ts'
import { exportedFrame } from './probe.ts'
import { studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

const SCRIPT = ['A blue boat on the beach at sunset. (1 s)', 'A red robot in a field. (1 s)', 'A yellow house in the snow. (1 s)'].join('\n\n')
/** A title, a dissolve, a caption, a wipe, the last frame of 72 less 8 and 7. */
const FRAMES = [3, 20, 26, 36, 56]

// Real generation and a real encode, on whatever machine runs the tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

let under: StudioUnderTest
let file = ''

beforeAll(async () => {
  under = await studioUnderTest({ size: { width: 1_440, height: 1_180 }, deviceScale: 2 })
  const { page } = under
  await pasteScript(page, { title: 'Likeness', script: SCRIPT })
  await generateAll(page)
  await dress()
  await showView(page, 'Deliver')
  await page.getByRole('radio', { name: /^TikTok/ }).click()
  await page.getByRole('button', { name: 'Export video' }).click()
  const link = page.locator('a[data-export-file]').first()
  await link.waitFor({ timeout: 180_000 })
  file = (await link.getAttribute('data-export-file')) ?? ''
})
afterAll(async () => {
  await under.dispose()
})

/** Transitions, a title and a caption, by the same commands that the interface sends. */
async function dress(): Promise<void> {
  const [own, other] = memoryTransportPair()
  under.studio.serve(other)
  const client = createClient(STUDIO_CONTRACT, own)
  const { lastProjectId } = await client.call('library.list', {})
  const { document } = await client.call('project.open', { projectId: lastProjectId, folder: null })
  const projectId = document.project.id
  const sequenceId = document.project.sequenceIds[0] ?? ''
  const shotIds = document.sequences[sequenceId]?.shotIds ?? []
  const send = async (type: string, payload: unknown): Promise<void> => {
    expect(await client.call('project.dispatch', { projectId, command: { type, payload }, coalesceKey: null })).toMatchObject({ ok: true })
  }
  await send('transition.set', { sequenceId, afterShotId: shotIds[0], kind: 'dissolve', durationFrames: 8 })
  await send('transition.set', { sequenceId, afterShotId: shotIds[1], kind: 'wipe', durationFrames: 7 })
  await send('title.add', { sequenceId, anchor: { shotId: shotIds[0], offsetFrames: 0 }, durationFrames: 12, text: 'First light', position: 'upper', size: 0.07, fadeFrames: 2 })
  await send('caption.add', { sequenceId, anchor: { shotId: shotIds[1], offsetFrames: 8 }, durationFrames: 12, text: 'Somebody is up early.' })
}

describe('the viewer in Deliver', () => {
  it('has the frame size of the export when there is room for it', async () => {
    await goToFrame(under.page, 0)
    const { width, height } = await viewerPixels(under.page)
    expect({ width, height }).toEqual({ width: 1080, height: 1920 })
  })

  it.each(FRAMES)('shows frame %i as the exported file holds it', async (frame) => {
    await goToFrame(under.page, frame)
    const shown = await viewerPixels(under.page)
    const exported = await exportedFrame(file, frame)
    expect(meanDifference(shown.rgb, exported)).toBeLessThan(4)
    expect(ssim(shown.rgb, exported, shown)).toBeGreaterThan(0.98)
  })

  it('notices a frame that is not the one asked for', async () => {
    await goToFrame(under.page, 3)
    const shown = await viewerPixels(under.page)
    expect(ssim(shown.rgb, await exportedFrame(file, 26), shown)).toBeLessThan(0.98)
  })
})
