/** The studio's main path over the contract: project, edits, generation, export, reopening. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectOf, reread, shotIdsOf, workshop, type Workshop } from './studio-harness.ts'

let shop: Workshop
beforeEach(() => {
  shop = workshop()
})
afterEach(() => shop.dispose())

const GENERATE_ALL = { shotIds: null, variations: 1, newSeeds: false }
const EXPORT = { sequenceId: null, presetId: 'tiktok', outputFile: null, overwrite: false, allowDrafts: false, markDrafts: false, contactSheet: true }

describe('the studio', () => {
  it('takes a project from shots to an exported file', async () => {
    const { client, finished } = shop.open()
    const project = await projectOf(client, ['a red car', 'a blue boat'])
    const projectId = project.document.project.id
    const { jobIds, skipped } = await client.call('job.generate', { projectId, ...GENERATE_ALL })
    expect([jobIds.length, skipped]).toEqual([2, []])
    const jobs = [await finished(jobIds[0] ?? ''), await finished(jobIds[1] ?? '')]
    expect(jobs.map(({ state, error }) => [state, error])).toEqual([['done', null], ['done', null]])
    const made = await reread(client, project)
    expect(shotIdsOf(made).map((id) => made.document.shots[id]?.selectedTakeId)).toEqual(jobs.map(({ takeId }) => takeId))
    for (const take of Object.values(made.document.takes)) {
      for (const { file } of [take.video, take.thumbnail]) expect(existsSync(join(made.folder, file))).toBe(true)
    }
    const { jobId } = await client.call('job.export', { projectId, ...EXPORT })
    const exported = await finished(jobId)
    expect(exported).toMatchObject({ state: 'done', error: null, exportResult: { file: join(made.folder, 'exports', 'a-film-tiktok.mp4') } })
  })

  it('finds everything again after it was closed', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['a red car'])
    const projectId = project.document.project.id
    const { jobIds } = await first.client.call('job.generate', { projectId, ...GENERATE_ALL })
    await first.finished(jobIds[0] ?? '')
    const before = await reread(first.client, project)
    await first.studio.dispose()
    const again = shop.open()
    const list = await again.client.call('library.list', {})
    expect(list).toMatchObject({ lastProjectId: projectId, projects: [{ projectId, title: 'A film', shotCount: 1, isMissing: false }] })
    expect(await again.client.call('project.open', { projectId, folder: null })).toEqual(before)
    expect(JSON.parse(readFileSync(join(before.folder, 'project.json'), 'utf8'))).toEqual(before.document)
  })
})
