/** `shotwright render` over a studio in this process: what an earlier run left in the queue. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { render } from '#cli/commands/render.ts'
import { createOutput } from '#cli/output.ts'
import { projectOf, reread, workshop, type Workshop } from '../services/studio-harness.ts'

let shop: Workshop
beforeEach(() => {
  shop = workshop()
})
afterEach(() => shop.dispose())

it('goes on with the shots of a run that was ended in the middle, and says what it made', async () => {
  shop.setFaults([{ mode: 'gate', match: 100, atStep: 1, times: 1 }])
  const first = shop.open()
  const project = await projectOf(first.client, ['a red car', 'a green car'])
  await first.client.call('job.generate', { projectId: project.document.project.id, shotIds: null, variations: 1, newSeeds: false })
  await first.studio.dispose()
  shop.openGate(100)

  const second = shop.open()
  let printed = ''
  const output = createOutput(true, { stdout: { write: (text) => { printed += text } }, stderr: { write: () => true } })
  await render({ client: second.client, output, signal: new AbortController().signal }, project.folder, { variations: '1' })
  expect(Object.keys((await reread(second.client, project)).document.takes)).toHaveLength(2)
  expect(JSON.parse(printed)).toMatchObject({ takes: [{ takeId: expect.any(String) }, { takeId: expect.any(String) }], skipped: [] })
})
