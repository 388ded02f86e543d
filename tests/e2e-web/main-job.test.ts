/** The main job by mouse and keyboard in a real browser: paste a script, generate, reorder, undo, regenerate, export, probe the file. */
import { statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Job, StudioContract } from '#contracts/studio-api.ts'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import { probeFile } from './probe.ts'
import { cards, dragTo, eventually, generateAll, pasteScript, prompts, showView } from './driving.ts'
import { studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

const SCRIPT = [
  'WIDE SHOT of a blue boat on the beach at sunset. Slow pan right. (1 s)',
  'CLOSE ON a red robot standing still in a field. Push in. (1 s)',
  'A yellow house in the snow at night. Tilt up. (1 s)',
].join('\n\n')

// Real generation and a real encode, on whatever machine runs the tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

let under: StudioUnderTest
let client: ContractClient<StudioContract>

beforeAll(async () => {
  under = await studioUnderTest()
  const [own, other] = memoryTransportPair()
  under.studio.serve(other)
  client = createClient(STUDIO_CONTRACT, own)
})
afterAll(async () => {
  await under.dispose()
})

describe('the main job', () => {
  it('turns a pasted script into shots with sizes, cameras and lengths', async () => {
    await pasteScript(under.page, { title: 'Harbour', script: SCRIPT })
    expect(await cards(under.page).count()).toBe(3)
    await eventually(async () => expect((await prompts(under.page)).map((text) => text.replace(/\.$/, ''))).toEqual(['a blue boat on the beach at sunset', 'a red robot standing still in a field', 'A yellow house in the snow at night']))
    const first = cards(under.page).first()
    await expect.poll(() => first.innerText()).toContain('1 s')
    expect(await first.getByRole('img', { name: /^Pan right/ }).count()).toBe(1)
  })

  it('generates every shot and shows each draft as it is finished', async () => {
    await generateAll(under.page)
    expect(await under.page.locator('.card .picture img').count()).toBe(3)
    expect(await under.page.locator('.card').getByText('Draft', { exact: true }).count()).toBe(3)
  })

  it('reorders by dragging a card with the mouse', async () => {
    const before = await prompts(under.page)
    await dragTo(under.page, cards(under.page).nth(0), cards(under.page).nth(2), { x: 0.8, y: 0.6 })
    await eventually(async () => expect(await prompts(under.page)).toEqual([before[1], before[2], before[0]]))
  })

  it('reorders by Alt and an arrow key', async () => {
    const before = await prompts(under.page)
    await cards(under.page).nth(0).click()
    await under.page.keyboard.press('Alt+ArrowRight')
    await eventually(async () => expect(await prompts(under.page)).toEqual([before[1], before[0], before[2]]))
  })

  it('takes both moves back with Ctrl+Z', async () => {
    const before = await prompts(under.page)
    await under.page.keyboard.press('Control+z')
    await under.page.keyboard.press('Control+z')
    await eventually(async () => expect(await prompts(under.page)).not.toEqual(before))
    await eventually(async () => expect((await prompts(under.page))[0]).toContain('blue boat'))
    await eventually(async () => expect((await prompts(under.page))[2]).toContain('yellow house'))
  })

  it('marks only the edited shot as stale, with the reason, and regenerates it to a second take', async () => {
    await showView(under.page, 'Edit')
    await cards(under.page).nth(1).click()
    await under.page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a green robot standing still in a field')
    await eventually(async () => expect(await under.page.locator('.card .state-stale').allInnerTexts()).toEqual(['Stale: prompt changed']))
    await under.page.getByRole('button', { name: /^Generate 1 shot/ }).click()
    await under.page.getByText('All shots are up to date').waitFor({ timeout: 120_000 })
    await eventually(async () => expect(await under.page.locator('.take').count()).toBe(2))
  })

  it('exports a vertical H.264 file whose frames are those of the timeline', async () => {
    await showView(under.page, 'Deliver')
    await under.page.getByRole('radio', { name: /^Vertical 1080/ }).click()
    await under.page.getByRole('button', { name: 'Export video' }).click()
    const link = under.page.locator('a[data-export-file]').first()
    await link.waitFor({ timeout: 180_000 })
    const file = (await link.getAttribute('data-export-file')) ?? ''
    expect(statSync(file).size).toBeGreaterThan(1_000)
    const probe = await probeFile(file)
    expect({ width: probe.width, height: probe.height, codec: probe.codec, frames: probe.frames }).toEqual({ width: 1080, height: 1920, codec: 'h264', frames: 72 })
  })

  it('finds the project again, with its poster, after the page is closed and opened', async () => {
    await under.page.reload()
    await eventually(async () => expect(await under.page.locator('.project-title').innerText()).toBe('Harbour'))
    await under.page.getByRole('button', { name: 'Project menu' }).click()
    await under.page.getByRole('menuitem', { name: 'All projects' }).click()
    await under.page.getByRole('button', { name: 'Open Harbour' }).waitFor()
    await eventually(async () => expect(await under.page.locator('.poster-glow').count()).toBe(1))
    const { jobs } = await client.call('job.list', { projectId: null })
    expect(jobs.map((job: Job) => job.state)).toEqual(jobs.map(() => 'done'))
  })

  it('never broke the page or its security policy on the way', () => {
    expect(under.complaints).toEqual([])
  })
})
