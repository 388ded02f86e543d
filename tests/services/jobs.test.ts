/** The job queue with a real engine process: order, failure of one job alone, cancel, restart, and takes that are never lost. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job, PackSummary, ProjectSnapshot } from '#contracts/studio-api.ts'
import { openDatabase } from '#services/storage/database.ts'
import { shotState } from '#core/planning/shot-state.ts'
import { edit, projectOf, reread, shotIdsOf, workshop, type OpenedStudio, type Workshop } from './studio-harness.ts'

let shop: Workshop
beforeEach(() => {
  shop = workshop()
})
afterEach(() => shop.dispose())

const ALL: { shotIds: string[] | null; variations: number; newSeeds: boolean } = { shotIds: null, variations: 1, newSeeds: false }
interface GenerateWish { readonly shotIds: string[] | null; readonly variations: number; readonly newSeeds: boolean }
const EXPORT = { sequenceId: null, presetId: 'tiktok', outputFile: null, overwrite: false, allowDrafts: false, markDrafts: false, contactSheet: false }

async function generate({ client, finished }: OpenedStudio, project: ProjectSnapshot, wish: Partial<GenerateWish> = {}): Promise<readonly Job[]> {
  const { jobIds } = await client.call('job.generate', { projectId: project.document.project.id, ...ALL, ...wish })
  return Promise.all(jobIds.map(finished))
}
function states(jobs: readonly Job[]): unknown {
  return jobs.map(({ state, error }) => (error ? `${state}: ${error.code}` : state))
}
/** Resolves when a job (or any) is in the middle of its work. */
function started({ client }: OpenedStudio, jobId?: string): Promise<Job> {
  return new Promise((resolve, reject) => {
    function look(job: Job): void {
      if (job.state !== 'running' || job.progress === null || (jobId !== undefined && job.jobId !== jobId)) return
      stop()
      resolve(job)
    }
    const stop = client.on('job.updated', look)
    client.call('job.list', { projectId: null }).then(({ jobs }) => jobs.forEach(look), reject)
  })
}

describe('generation', () => {
  it('records the whole recipe, a signature that is up to date, and files that are the ones written', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['a red car'])
    const [job] = await generate(studio, project)
    const after = await reread(studio.client, project)
    const take = after.document.takes[job?.takeId ?? '']
    const packs: readonly PackSummary[] = (await studio.client.call('pack.list', {})).packs
    expect(shotState(after.document, shotIdsOf(after)[0] ?? '', packs)).toEqual({ kind: 'final', reasons: [] })
    expect(take).toMatchObject({
      operation: 'generate', isDraft: false, frameSize: { width: 16, height: 16 }, frameRate: { num: 16, den: 1 },
      recipe: { prompt: expect.stringMatching(/a red car/i), seed: 100, packId: 'tiny-wan', provider: 'cpu', software: { shotwright: '0.0.0-test', onnxruntime: '0.0.0-fake' } },
    })
    expect(readdirSync(join(project.folder, 'takes', take?.id ?? '')).toSorted()).toEqual(['latents.bin', 'take.json', 'thumbnail.jpg', 'video.mp4'])
    expect(packs.find(({ packId }) => packId === 'tiny-wan')?.secondsPerStep).toBe(0.25)
  })

  it('keeps a finished take whose measurement the library refuses', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['a red car'])
    const library = openDatabase(join(shop.dataFolder, 'library.db'))
    library.script(`CREATE TRIGGER refuse BEFORE INSERT ON measurements BEGIN SELECT RAISE(ABORT, 'refused'); END`)
    library.close()
    const jobs = await generate(studio, project)
    expect(states(jobs)).toEqual(['done'])
    expect(Object.keys((await reread(studio.client, project)).document.takes)).toHaveLength(1)
  })

  it('follows the order of the build plan: what a shot continues is made first, and is its first frame', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['first on the timeline', 'made first'], { packId: 'tiny-ti2v' })
    const [later = '', earlier = ''] = shotIdsOf(project)
    await edit(studio.client, project.document.project.id, 'shot.edit', { shotIds: [later], changes: { continuesFrom: earlier } })
    const order: (string | null)[] = []
    studio.client.on('job.updated', ({ state, shotId }) => {
      if (state === 'done') order.push(shotId)
    })
    const jobs = await generate(studio, project)
    expect([states(jobs), order]).toEqual([['done', 'done'], [earlier, later]])
    const after = await reread(studio.client, project)
    const takeOf = (shotId: string): string | null | undefined => after.document.shots[shotId]?.selectedTakeId
    expect(after.document.takes[takeOf(later) ?? '']?.recipe?.continuesFromTakeId).toBe(takeOf(earlier))
  })

  it('fails a shot that continues one whose take is gone, with what to do', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one', 'two'], { packId: 'tiny-ti2v' })
    const [one = '', two = ''] = shotIdsOf(project)
    await edit(studio.client, project.document.project.id, 'shot.edit', { shotIds: [two], changes: { continuesFrom: one } })
    shop.setFaults([{ match: 100, mode: 'error', atStep: 1, times: 1 }])
    const jobs = await generate(studio, project)
    expect(states(jobs)).toEqual(['failed: INFERENCE_FAILED', 'failed: NOT_READY'])
    expect(jobs[1]?.error?.message).toContain('Shot 2 continues Shot 1, which has no take yet')
  })

  it('fails a shot whose first picture the pack cannot take', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    const picture = join(shop.folder, 'picture.png')
    writeFileSync(picture, 'picture of a car')
    const { mediaId } = await studio.client.call('media.import', { projectId, file: picture })
    await edit(studio.client, projectId, 'shot.edit', { shotIds: [...shotIdsOf(project)], changes: { references: { firstFrame: mediaId, lastFrame: null } } })
    expect(states(await generate(studio, project))).toEqual(['failed: MODEL_UNSUPPORTED'])
    await edit(studio.client, projectId, 'project.edit', { packId: 'tiny-ti2v' })
    expect(states(await generate(studio, project))).toEqual(['done'])
    const stored = (await reread(studio.client, project)).document.media[mediaId]?.stored.file ?? ''
    rmSync(join(project.folder, stored))
    expect(states(await generate(studio, project, { newSeeds: true, shotIds: [...shotIdsOf(project)] }))).toEqual(['failed: MEDIA_MISSING'])
  })

  it('names the shots that it leaves out and why', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, ['locked', 'of an unknown pack', 'far too long', 'fine'])
    const projectId = project.document.project.id
    const [locked = '', unknown = '', long = '', fine = ''] = shotIdsOf(project)
    await edit(client, projectId, 'shot.setLocked', { shotIds: [locked], isLocked: true })
    await edit(client, projectId, 'shot.edit', { shotIds: [unknown], changes: { packId: 'no-such-pack' } })
    await edit(client, projectId, 'shot.trim', { shotId: long, trimStartFrames: 0, durationFrames: 400 })
    shop.setFaults([{ match: 103, mode: 'hang', atStep: 1, times: 1 }])
    const wish = { projectId, shotIds: [locked, unknown, long, fine, 'sht_gone'], variations: 1, newSeeds: false }
    const { jobIds, skipped } = await client.call('job.generate', wish)
    expect([jobIds.length, skipped.map(({ shotId, reason }) => [shotId, reason])]).toEqual([1, [[locked, 'locked'], [unknown, 'pack-missing'], [long, 'too-long'], ['sht_gone', 'not-found']]])
    expect(skipped.every(({ message, remedy }) => message !== '' && remedy !== '')).toBe(true)
    const again = await client.call('job.generate', { ...wish, shotIds: null })
    expect(again.skipped.find(({ shotId }) => shotId === fine)?.reason).toBe('queued')
    await client.call('job.cancel', { jobId: jobIds[0] ?? '' })
  })

  it('fails a job whose pack disappeared while it waited', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one', 'two'])
    const projectId = project.document.project.id
    shop.setFaults([{ match: 100, mode: 'gate', atStep: 1, times: 1 }])
    const { jobIds } = await studio.client.call('job.generate', { projectId, ...ALL })
    await edit(studio.client, projectId, 'shot.edit', { shotIds: [shotIdsOf(project)[1]], changes: { packId: 'vanished' } })
    shop.openGate(100)
    expect(states(await Promise.all(jobIds.map(studio.finished)))).toEqual(['done', 'failed: PACK_UNKNOWN'])
  })

  it('makes variations with seeds of their own, shows the first, and keeps the others', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const jobs = await generate(studio, project, { variations: 3 })
    const after = await reread(studio.client, project)
    const takes = jobs.map(({ takeId }) => after.document.takes[takeId ?? ''])
    expect(after.document.shots[shotIdsOf(after)[0] ?? '']?.selectedTakeId).toBe(jobs[0]?.takeId)
    expect(takes[0]?.recipe?.seed).toBe(100)
    expect(new Set(takes.map((take) => take?.video.sha256)).size).toBe(3)
  })

  it('with new seeds shows the new take, and the shot is up to date with it', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    await generate(studio, project)
    const [job] = await generate(studio, project, { newSeeds: true, shotIds: [...shotIdsOf(project)] })
    const after = await reread(studio.client, project)
    const shot = after.document.shots[shotIdsOf(after)[0] ?? '']
    const { packs } = await studio.client.call('pack.list', {})
    expect([shot?.selectedTakeId, shot?.seed === 100, shotState(after.document, shot?.id ?? '', packs).reasons]).toEqual([job?.takeId, false, []])
  })

  it('runs nothing for what the project already holds, unless its file is gone', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    const shotIds = [...shotIdsOf(project)]
    const [first] = await generate(studio, project)
    await edit(studio.client, projectId, 'shot.edit', { shotIds, changes: { prompt: 'another' } })
    await generate(studio, project)
    await edit(studio.client, projectId, 'shot.edit', { shotIds, changes: { prompt: 'one' } })
    shop.setFaults([{ match: null, mode: 'error', atStep: 1, times: 1 }])
    const [again] = await generate(studio, project)
    expect([again?.state, again?.takeId]).toEqual(['done', first?.takeId])
    const after = await reread(studio.client, project)
    expect([after.document.shots[shotIds[0] ?? '']?.selectedTakeId, Object.keys(after.document.takes).length]).toEqual([first?.takeId, 2])
    rmSync(join(project.folder, 'takes', first?.takeId ?? '', 'video.mp4'))
    expect(states(await generate(studio, project, { shotIds }))).toEqual(['failed: INFERENCE_FAILED'])
  })

  it('keeps the choice of a person who picked another take meanwhile, and the take', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    const [shotId = ''] = shotIdsOf(project)
    const [first] = await generate(studio, project)
    const [second] = await generate(studio, project, { shotIds: [shotId], newSeeds: true })
    shop.setFaults([{ match: null, mode: 'gate', atStep: 2, times: 1 }])
    const running = started(studio)
    const { jobIds } = await studio.client.call('job.generate', { projectId, shotIds: [shotId], variations: 1, newSeeds: true })
    await running
    await edit(studio.client, projectId, 'shot.selectTake', { shotId, takeId: first?.takeId })
    shop.openGate(null)
    const third = await studio.finished(jobIds[0] ?? '')
    const after = await reread(studio.client, project)
    expect([third.state, after.document.shots[shotId]?.selectedTakeId, Object.keys(after.document.takes).toSorted()])
      .toEqual(['done', first?.takeId, [first?.takeId, second?.takeId, third.takeId].toSorted()])
  })

  it('keeps the take of a shot that was locked or deleted meanwhile, and gives up one deleted before its turn', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['locked', 'deleted', 'deleted before'])
    const projectId = project.document.project.id
    const [locked = '', deleted = '', before = ''] = shotIdsOf(project)
    shop.setFaults([100, 101].map((match) => ({ match, mode: 'gate', atStep: 2, times: 1 })))
    const { jobIds } = await studio.client.call('job.generate', { projectId, ...ALL })
    await started(studio, jobIds[0])
    await edit(studio.client, projectId, 'shot.setLocked', { shotIds: [locked], isLocked: true })
    const second = started(studio, jobIds[1])
    shop.openGate(100)
    await second
    await edit(studio.client, projectId, 'shot.delete', { shotIds: [deleted, before] })
    shop.openGate(101)
    const jobs = await Promise.all(jobIds.map(studio.finished))
    expect(states(jobs)).toEqual(['done', 'done', 'cancelled'])
    const after = await reread(studio.client, project)
    expect([after.document.shots[locked]?.selectedTakeId, Object.keys(after.document.takes).toSorted()]).toEqual([null, [jobs[0]?.takeId, jobs[1]?.takeId].toSorted()])
    await studio.client.call('project.undo', { projectId })
    expect(Object.keys((await reread(studio.client, project)).document.takes)).toHaveLength(2)
  })

  it('tells of counted progress at most ten times a second, and shows previews by address', async () => {
    const studio = shop.open({ engineHost: shop.localHost(3) })
    const project = await projectOf(studio.client, ['one'])
    await edit(studio.client, project.document.project.id, 'shot.edit', { shotIds: [...shotIdsOf(project)], changes: { overrides: { steps: 100, guidanceScale: null } } })
    const progress: (number | undefined)[] = []
    studio.client.on('job.updated', (job) => {
      if (job.state === 'running' && job.progress) progress.push(job.progress.completed)
    })
    const previews: (string | null)[] = []
    studio.client.on('job.preview', ({ url }) => previews.push(studio.studio.resolveMedia(url)?.contentType ?? null))
    const startMs = performance.now()
    const [job] = await generate(studio, project)
    const seconds = (performance.now() - startMs) / 1_000
    expect(job?.state).toBe('done')
    expect(progress.length).toBeGreaterThan(1)
    expect(progress.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1)
    expect(progress).toEqual(progress.toSorted((left, right) => (left ?? 0) - (right ?? 0)))
    expect(previews.length).toBe(100)
    expect(previews.filter((type) => type === 'image/jpeg').length).toBeGreaterThan(50)
  })
})

describe('an engine that fails', () => {
  it.each([
    ['is killed', 'crash'], ['exits as if all were well', 'exit-zero'],
  ] as const)('because it %s fails its job alone, says which, and is started again', async (_what, mode) => {
    const studio = shop.open({ engineHost: shop.childHost() })
    const project = await projectOf(studio.client, ['one', 'two', 'three'])
    const engineStates: string[] = []
    studio.client.on('engine.state', ({ state }) => engineStates.push(state))
    shop.setFaults([{ match: 101, mode, atStep: 2, times: 1 }])
    const jobs = await generate(studio, project)
    expect(states(jobs)).toEqual(['done', 'failed: ENGINE_CRASHED', 'done'])
    expect(jobs[1]?.error).toMatchObject({ message: expect.stringContaining('Shot 2 failed'), remedy: expect.stringContaining('other jobs go on') })
    expect(engineStates).toContain('restarting')
    expect(engineStates.at(-1)).toBe('idle')
    expect(readdirSync(join(project.folder, 'takes')).filter((name) => name.startsWith('.'))).toEqual([])
    expect(states(await generate(studio, project))).toEqual(['done'])
  })

  it('because it hangs is ended by the watchdog', async () => {
    const studio = shop.open({ engineHost: shop.childHost(), engineLimits: { silenceMs: 1_500 } })
    const project = await projectOf(studio.client, ['one', 'two'])
    shop.setFaults([{ match: 100, mode: 'deaf', atStep: 2, times: 1 }])
    expect(states(await generate(studio, project))).toEqual(['failed: ENGINE_CRASHED', 'done'])
  })

  it('three times within minutes stays down with the jobs waiting, until a person asks again', async () => {
    const studio = shop.open({ engineHost: shop.childHost() })
    const project = await projectOf(studio.client, ['one', 'two', 'three', 'four', 'five'])
    const projectId = project.document.project.id
    shop.setFaults([{ match: null, mode: 'crash', atStep: 1, times: 3 }])
    const down = new Promise<string | null>((resolve) => {
      studio.client.on('engine.state', ({ state, message }) => {
        if (state === 'down') resolve(message)
      })
    })
    const { jobIds } = await studio.client.call('job.generate', { projectId, ...ALL })
    expect(await down).toContain('smaller')
    await studio.finished(jobIds[2] ?? '')
    expect(states((await studio.client.call('job.list', { projectId })).jobs.toReversed())).toEqual(['failed: ENGINE_CRASHED', 'failed: ENGINE_CRASHED', 'failed: ENGINE_CRASHED', 'queued', 'queued'])
    const again = await generate(studio, project)
    expect(states(again)).toEqual(['done', 'done', 'done'])
    expect(states(await Promise.all(jobIds.slice(3).map(studio.finished)))).toEqual(['done', 'done'])
  })

  it('by an error of its own fails that job with its code, and after running out of memory is a fresh process', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one', 'two'])
    shop.setFaults([{ match: 100, mode: 'error', atStep: 1, times: 2, code: 'OUT_OF_MEMORY' }])
    const engineStates: string[] = []
    studio.client.on('engine.state', ({ state }) => engineStates.push(state))
    expect(states(await generate(studio, project))).toEqual(['failed: OUT_OF_MEMORY', 'done'])
    expect(engineStates).not.toContain('restarting')
  })
})

describe('cancelling', () => {
  it('takes a queued job out and stops a running one between steps; the rest goes on', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one', 'two', 'three'])
    shop.setFaults([{ match: 100, mode: 'hang', atStep: 2, times: 1 }])
    const { jobIds } = await studio.client.call('job.generate', { projectId: project.document.project.id, ...ALL })
    await started(studio, jobIds[0])
    await studio.client.call('job.cancel', { jobId: jobIds[1] ?? '' })
    await studio.client.call('job.cancel', { jobId: jobIds[0] ?? '' })
    expect(states(await Promise.all(jobIds.map(studio.finished)))).toEqual(['cancelled', 'cancelled', 'done'])
    expect(Object.keys((await reread(studio.client, project)).document.takes)).toHaveLength(1)
    await studio.client.call('job.cancel', { jobId: jobIds[2] ?? '' })
    expect((await studio.finished(jobIds[2] ?? '')).state).toBe('done')
    await expect(studio.client.call('job.cancel', { jobId: 'job_nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('of a job whose engine does not listen ends the engine, which is no crash', async () => {
    const studio = shop.open({ engineHost: shop.childHost(), engineLimits: { cancelGraceMs: 200 } })
    const project = await projectOf(studio.client, ['one', 'two'])
    shop.setFaults([{ match: 100, mode: 'deaf', atStep: 2, times: 1 }])
    const engineStates: string[] = []
    studio.client.on('engine.state', ({ state }) => engineStates.push(state))
    const { jobIds } = await studio.client.call('job.generate', { projectId: project.document.project.id, ...ALL })
    await started(studio, jobIds[0])
    await studio.client.call('job.cancel', { jobId: jobIds[0] ?? '' })
    expect(states(await Promise.all(jobIds.map(studio.finished)))).toEqual(['cancelled', 'done'])
    expect(engineStates).not.toContain('restarting')
  })
})

describe('closing and opening', () => {
  it('goes on with what was running or waiting, once its project is open again, with the same result', async () => {
    const reference = shop.open({ dataFolder: join(shop.folder, 'reference') })
    const straight = await projectOf(reference.client, ['one', 'two'])
    await generate(reference, straight)
    const expected = Object.values((await reread(reference.client, straight)).document.takes).map(({ video }) => video.sha256).toSorted()

    const first = shop.open()
    const project = await projectOf(first.client, ['one', 'two'])
    const projectId = project.document.project.id
    shop.setFaults([{ match: 100, mode: 'hang', atStep: 2, times: 1 }])
    const { jobIds } = await first.client.call('job.generate', { projectId, ...ALL })
    await started(first, jobIds[0])
    await first.studio.dispose()
    expect(readdirSync(join(project.folder, 'takes'))).toEqual([])

    const second = shop.open()
    expect((await second.client.call('job.list', { projectId })).jobs.map(({ state }) => state)).toEqual(['queued', 'queued'])
    await second.client.call('project.open', { projectId, folder: null })
    expect(states(await Promise.all(jobIds.map(second.finished)))).toEqual(['done', 'done'])
    const takes = Object.values((await reread(second.client, project)).document.takes)
    expect(takes.map(({ video }) => video.sha256).toSorted()).toEqual(expected)
  })

  it('goes on with an export that was interrupted, and writes over no more than its own file', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one'])
    const projectId = project.document.project.id
    await generate(first, project)
    shop.setFaults([{ match: 'tiktok', mode: 'hang', atStep: 2, times: 1 }])
    const { jobId } = await first.client.call('job.export', { projectId, ...EXPORT })
    await started(first, jobId)
    await first.studio.dispose()
    const second = shop.open()
    await second.client.call('project.open', { projectId, folder: null })
    expect(await second.finished(jobId)).toMatchObject({ state: 'done', exportResult: { file: join(project.folder, 'exports', 'a-film-tiktok.mp4') } })
  })

  it('gives a job up that was running each time the program ended, since it may be what ends it', async () => {
    const first = shop.open()
    const project = await projectOf(first.client, ['one', 'two'])
    const projectId = project.document.project.id
    shop.setFaults([{ match: 100, mode: 'hang', atStep: 2, times: 1 }])
    const { jobIds } = await first.client.call('job.generate', { projectId, ...ALL })
    await started(first, jobIds[0])
    await first.studio.dispose()
    const database = openDatabase(join(shop.dataFolder, 'library.db'))
    const crashWhileRunning = (): void => void database.run(`UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE job_id = :jobId`, { jobId: jobIds[0] ?? '' })
    for (let crash = 1; crash < 3; crash += 1) {
      crashWhileRunning()
      const { client, studio } = shop.open()
      expect((await client.call('job.list', { projectId })).jobs.map(({ state }) => state)).toEqual(['queued', 'queued'])
      await studio.dispose()
    }
    crashWhileRunning()
    database.close()
    const last = shop.open()
    const [, givenUp] = (await last.client.call('job.list', { projectId })).jobs
    expect(givenUp).toMatchObject({ jobId: jobIds[0], state: 'failed', error: { code: 'ENGINE_CRASHED', message: expect.stringContaining('interrupted 3 times') } })
    await last.client.call('project.open', { projectId, folder: null })
    expect((await last.finished(jobIds[1] ?? '')).state).toBe('done')
  })

  it('lets work go on after its project was closed, and closes it then', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    shop.setFaults([{ match: 100, mode: 'gate', atStep: 2, times: 1 }])
    const { jobIds } = await studio.client.call('job.generate', { projectId, ...ALL })
    await studio.client.call('project.close', { projectId })
    expect(existsSync(join(project.folder, '.shotwright.lock'))).toBe(true)
    shop.openGate(100)
    const job = await studio.finished(jobIds[0] ?? '')
    expect(job.state).toBe('done')
    expect(existsSync(join(project.folder, '.shotwright.lock'))).toBe(false)
    expect(Object.keys((JSON.parse(readFileSync(join(project.folder, 'project.json'), 'utf8')) as { takes: object }).takes)).toEqual([job.takeId])
  })

  it('forgets a project only after its work was cancelled', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one', 'two'])
    const projectId = project.document.project.id
    shop.setFaults([{ match: 100, mode: 'hang', atStep: 2, times: 1 }])
    const { jobIds } = await studio.client.call('job.generate', { projectId, ...ALL })
    await studio.client.call('library.forget', { projectId })
    expect(states(await Promise.all(jobIds.map(studio.finished)))).toEqual(['cancelled', 'cancelled'])
    expect((await studio.client.call('library.list', {})).projects).toEqual([])
  })
})

describe('export', () => {
  it('is refused where shots have no take, naming them', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one', 'two', 'three'])
    const projectId = project.document.project.id
    await generate(studio, project, { shotIds: [shotIdsOf(project)[1] ?? ''] })
    await expect(studio.client.call('job.export', { projectId, ...EXPORT })).rejects.toMatchObject({ code: 'EXPORT_BLOCKED', message: 'Shot 1, Shot 3 have no take yet.' })
    await expect(studio.client.call('job.export', { projectId, ...EXPORT, presetId: 'betamax' })).rejects.toMatchObject({ code: 'INVALID_INPUT', remedy: expect.stringContaining('tiktok') })
    await expect(studio.client.call('job.export', { projectId, ...EXPORT, sequenceId: 'seq_nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await studio.client.call('job.list', { projectId })).jobs.filter(({ kind }) => kind === 'export')).toEqual([])
  })

  it('asks before it shows drafts', async () => {
    const studio = shop.open({ embeddedPackFolder: join(import.meta.dirname, '..', 'fixtures', 'packs') })
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    await generate(studio, project)
    await expect(studio.client.call('job.export', { projectId, ...EXPORT })).rejects.toMatchObject({ code: 'EXPORT_BLOCKED', message: expect.stringContaining('Shot 1 shows a draft') })
    const { jobId } = await studio.client.call('job.export', { projectId, ...EXPORT, allowDrafts: true, markDrafts: true })
    expect((await studio.finished(jobId)).state).toBe('done')
  })

  it('never writes over a file unless it is told to, and finds free names by itself', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    await generate(studio, project)
    const jobs = await Promise.all([EXPORT, EXPORT].map((wish) => studio.client.call('job.export', { projectId, ...wish })))
    const files = (await Promise.all(jobs.map(({ jobId }) => studio.finished(jobId)))).map(({ exportResult }) => exportResult?.file ?? '')
    expect(files).toEqual([join(project.folder, 'exports', 'a-film-tiktok.mp4'), join(project.folder, 'exports', 'a-film-tiktok-2.mp4')])
    const own = join(shop.folder, 'own.mp4')
    writeFileSync(own, 'mine')
    await expect(studio.client.call('job.export', { projectId, ...EXPORT, outputFile: own })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(readFileSync(own, 'utf8')).toBe('mine')
    const { jobId } = await studio.client.call('job.export', { projectId, ...EXPORT, outputFile: own, overwrite: true })
    expect([(await studio.finished(jobId)).state, readFileSync(own, 'utf8')]).toEqual(['done', 'export of A film'])
    for (const [outputFile, code] of [['own.mp4', 'INVALID_INPUT'], [join(shop.folder, 'no', 'own.mp4'), 'FOLDER_NOT_WRITABLE'], [shop.folder, 'INVALID_INPUT']] as const) {
      await expect(studio.client.call('job.export', { projectId, ...EXPORT, outputFile })).rejects.toMatchObject({ code })
    }
  })

  it('names the shot whose take is missing or damaged', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    const [job] = await generate(studio, project)
    const video = join(project.folder, 'takes', job?.takeId ?? '', 'video.mp4')
    writeFileSync(video, 'short')
    await expect(studio.client.call('job.export', { projectId, ...EXPORT })).rejects.toMatchObject({ code: 'MEDIA_CORRUPT', message: expect.stringContaining('The take of Shot 1') })
    rmSync(video)
    await expect(studio.client.call('job.export', { projectId, ...EXPORT })).rejects.toMatchObject({ code: 'MEDIA_MISSING', message: expect.stringContaining('The take of Shot 1') })
  })

  it('runs beside a generation, in a process of its own', async () => {
    const studio = shop.open()
    const project = await projectOf(studio.client, ['one'])
    const projectId = project.document.project.id
    await generate(studio, project)
    shop.setFaults([{ match: null, mode: 'gate', atStep: 2, times: 1 }])
    const { jobIds } = await studio.client.call('job.generate', { projectId, shotIds: [...shotIdsOf(project)], variations: 1, newSeeds: true })
    await started(studio, jobIds[0])
    const { jobId } = await studio.client.call('job.export', { projectId, ...EXPORT })
    expect((await studio.finished(jobId)).state).toBe('done')
    const { jobs } = await studio.client.call('job.list', { projectId })
    expect(jobs.filter(({ state }) => state === 'running').map(({ jobId: running }) => running)).toEqual(jobIds)
    shop.openGate(null)
    expect(states(await Promise.all(jobIds.map(studio.finished)))).toEqual(['done'])
  })
})
