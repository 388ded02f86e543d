/** From drafts to finals by one switch: every shot is to be made anew with the other model, and keeps everything else. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ProjectDocument } from '#core/document/schema.ts'
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import { cards, eventually, generateAll, pasteScript } from './driving.ts'
import { EMBEDDED_PACKS, FIXTURE_PACKS, studioUnderTest, type StudioUnderTest } from './studio-under-test.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 })

let under: StudioUnderTest

beforeAll(async () => {
  under = await studioUnderTest({ packFolders: [EMBEDDED_PACKS, FIXTURE_PACKS] })
})
afterAll(async () => {
  await under.dispose()
})

async function documentNow(): Promise<ProjectDocument> {
  const [own, other] = memoryTransportPair()
  under.studio.serve(other)
  const client = createClient(STUDIO_CONTRACT, own)
  const { lastProjectId } = await client.call('library.list', {})
  const { document } = await client.call('project.open', { projectId: lastProjectId, folder: null })
  client.dispose()
  return document
}

describe('the switch from drafts to finals', () => {
  it('is in the status line, names what each model is for, and is undone like any edit', async () => {
    const { page } = under
    await pasteScript(page, { title: 'Switch', script: 'A red ball on the beach, pan left (1 s)', format: 'Square' })
    await generateAll(page)
    await page.locator('.stage-draft').waitFor({ state: 'visible' })
    const before = await documentNow()

    const switchButton = page.getByRole('button', { name: /^Model: / })
    await switchButton.click()
    await page.getByRole('menuitem').first().waitFor()
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(expect.arrayContaining(['Draft with Previz', expect.stringMatching(/^Render finals with Tiny/)]))
    await page.getByRole('menuitem', { name: /^Render finals with/ }).first().click()
    await eventually(async () => expect(await switchButton.getAttribute('aria-label')).not.toContain('Previz'))
    await eventually(async () => expect(await cards(page).first().innerText()).toContain('Stale'))

    const after = await documentNow()
    expect(after.project.packId).not.toBe(before.project.packId)
    expect(after.shots).toEqual(before.shots)

    await page.keyboard.press('Control+z')
    await eventually(async () => expect(await cards(page).first().innerText()).not.toContain('Stale'))
    expect((await documentNow()).project.packId).toBe(before.project.packId)
  })
})
