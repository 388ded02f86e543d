/** `shotwright retake`, `extend` and `bridge` over a studio in this process, with an engine that makes no pictures. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bridge, extend, retake } from '#cli/commands/operate.ts'
import { exitCodeOf } from '#cli/exit-codes.ts'
import { createOutput } from '#cli/output.ts'
import type { StudioError } from '#core/errors.ts'
import { projectOf, reread, shotIdsOf, workshop, type OpenedStudio, type Workshop } from '../services/studio-harness.ts'

let shop: Workshop
let opened: OpenedStudio
let printed = ''
beforeEach(() => {
  shop = workshop()
  opened = shop.open()
  printed = ''
})
afterEach(() => shop.dispose())

const context = () => ({ client: opened.client, output: createOutput(true, { stdout: { write: (text) => { printed += text } }, stderr: { write: () => true } }), signal: new AbortController().signal })

async function film() {
  const project = await projectOf(opened.client, ['a red car', 'a blue boat'], { packId: 'tiny-camera', frames: 9 })
  const { jobIds } = await opened.client.call('job.generate', { projectId: project.document.project.id, shotIds: null, variations: 1, newSeeds: false })
  for (const jobId of jobIds) await opened.finished(jobId)
  return project
}

describe('the commands', () => {
  it('retake a part, in whole latent frames, and say what was made', async () => {
    const project = await film()
    // Frames 6 and 7 at 16 a second.
    await retake(context(), project.folder, { shot: '1', from: '0.4', to: '0.45', variations: '2' })
    const { shotId, takes } = JSON.parse(printed) as { shotId: string; takes: { takeId: string; range: unknown }[] }
    expect(shotId).toBe(shotIdsOf(project)[0])
    expect(takes.map(({ range }) => range)).toEqual([{ startFrame: 5, endFrame: 9 }, { startFrame: 5, endFrame: 9 }])
    expect((await reread(opened.client, project)).document.shots[shotId]?.selectedTakeId).toBe(takes[0]?.takeId)
  })

  it('extend at one end, and refuse both or none', async () => {
    const project = await film()
    await extend(context(), project.folder, { shot: '1', after: '0.5', variations: '1' })
    expect(JSON.parse(printed)).toMatchObject({ takes: [{ range: { startFrame: 9, endFrame: 17 }, frameCount: 17 }] })
    for (const sides of [{}, { before: '1', after: '1' }]) await expect(extend(context(), project.folder, { shot: '1', variations: '1', ...sides })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('bridge a shot and the next one', async () => {
    const project = await film()
    await bridge(context(), project.folder, { after: '1', seconds: '0.5', prompt: 'fog', variations: '1' })
    const { shotId } = JSON.parse(printed) as { shotId: string }
    expect(shotIdsOf(await reread(opened.client, project))).toEqual([shotIdsOf(project)[0], shotId, shotIdsOf(project)[1]])
    await expect(bridge(context(), project.folder, { after: '3', seconds: '1', variations: '1' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('exit as other commands do: 2 for what cannot be meant, 4 for what is not there, 3 for what is not ready', async () => {
    const project = await projectOf(opened.client, ['a red car'], { packId: 'tiny-camera' })
    const exits = await Promise.all([{ shot: 'x' }, { shot: '7' }, { shot: '1' }].map(({ shot }) =>
      retake(context(), project.folder, { shot, from: '0', to: '1', variations: '1' }).then(() => 0, (error: unknown) => exitCodeOf((error as StudioError).code))))
    expect(exits).toEqual([2, 4, 3])
  })
})
