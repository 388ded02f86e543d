/** Processes that are killed at random moments: nothing that was acknowledged is lost, and nothing is left half done. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#services/storage/database.ts'
import { hashFile } from '#services/files/hash-file.ts'
import { COMPILE_CACHE, projectOf, reread, shotIdsOf, workshop, type Workshop } from '../services/studio-harness.ts'

const CHILD = fileURLToPath(new URL('./studio-child.ts', import.meta.url))
const EDIT_ROUNDS = 15
const JOB_ROUNDS = 5
/** Generous: other programs may have the machine. */
const LIMIT_MS = 240_000
/** Printed with a failure, so that the same moments can be tried again. */
const SEED = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000)

let shop: Workshop
let children: ChildProcess[] = []
beforeEach(() => {
  shop = workshop()
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await shop.dispose()
})

/** mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Starts a studio in a process; `until` sees each acknowledged line and says when to kill, `delayMs` later. */
async function runAndKill(mode: string, folder: string, until: (line: string, count: number) => boolean, delayMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, mode, shop.dataFolder, folder], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...COMPILE_CACHE } })
  children.push(child)
  const lines: string[] = []
  const ended = new Promise((resolve) => child.once('exit', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (!until(line, lines.length)) continue
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    child.kill('SIGKILL')
  }
  await ended
  return lines
}

function checkLibrary(): void {
  const database = openDatabase(join(shop.dataFolder, 'library.db'))
  try {
    expect([database.pragma('quick_check'), database.all('PRAGMA foreign_key_check')]).toEqual(['ok', []])
  } finally {
    database.close()
  }
}

describe(`a studio that is killed (FAULT_SEED=${SEED})`, () => {
  it('has every edit that it acknowledged, in any number of kills', { timeout: LIMIT_MS }, async () => {
    const next = random(SEED)
    const first = shop.open()
    const project = await projectOf(first.client, ['one'])
    await first.studio.dispose()
    let acknowledged = -1
    for (let round = 0; round < EDIT_ROUNDS; round += 1) {
      const target = 2 + Math.floor(next() * 25)
      const lines = await runAndKill('edits', project.folder, (_line, count) => count === target, Math.floor(next() * 6))
      acknowledged = Math.max(acknowledged, ...lines.filter((line) => line.startsWith('edit ')).map((line) => Number(line.split(' ')[1])))
      if (round % 5 === 4) {
        checkLibrary()
        const { studio, client } = shop.open()
        const { document, history } = await client.call('project.open', { projectId: null, folder: project.folder })
        const numbers = Object.values(document.markers).map(({ text }) => Number(text)).toSorted((left, right) => left - right)
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index))
        // The edit under way when the kill came may or may not be there.
        expect(numbers.length - 1).toBeGreaterThanOrEqual(acknowledged)
        expect(numbers.length - 1).toBeLessThanOrEqual(acknowledged + 1)
        expect(history.canUndo).toBe(true)
        await studio.dispose()
        acknowledged = numbers.length - 1
      }
    }
    expect(readdirSync(project.folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('has every take that it called finished, each job in one state, and goes on to the same result', { timeout: LIMIT_MS }, async () => {
    const next = random(SEED + 1)
    const prompts = ['one', 'two', 'three', 'four']
    const reference = shop.open({ dataFolder: join(shop.folder, 'reference') })
    const straight = await projectOf(reference.client, prompts)
    const { jobIds } = await reference.client.call('job.generate', { projectId: straight.document.project.id, shotIds: null, variations: 1, newSeeds: false })
    await Promise.all(jobIds.map(reference.finished))
    const expected = Object.values((await reread(reference.client, straight)).document.takes).map(({ video }) => video.sha256).toSorted()

    for (let round = 0; round < JOB_ROUNDS; round += 1) {
      const own = join(shop.folder, `round-${round}`)
      const first = shop.open()
      const project = await projectOf(first.client, prompts, { folder: own })
      const projectId = project.document.project.id
      await first.studio.dispose()
      const finishedBefore = Math.floor(next() * 4)
      const lines = await runAndKill('jobs', project.folder, (_line, count) => count === 1 + finishedBefore, Math.floor(next() * 12))
      checkLibrary()
      const { studio, client, finished } = shop.open()
      const opened = await client.call('project.open', { projectId, folder: null })
      const finishedTakes = lines.filter((line) => line.startsWith('done ')).map((line) => line.split(' ')[2] ?? '')
      for (const takeId of finishedTakes) {
        const take = opened.document.takes[takeId]
        expect(await hashFile(join(project.folder, take?.video.file ?? 'missing'))).toEqual({ bytes: take?.video.bytes, sha256: take?.video.sha256 })
      }
      const { jobs } = await client.call('job.list', { projectId })
      expect(await Promise.all(jobs.map(async ({ jobId }) => (await finished(jobId)).state))).toEqual(jobs.map(() => 'done'))
      if (jobs.length > 0) {
        const after = await reread(client, project)
        expect(Object.values(after.document.takes).map(({ video }) => video.sha256).toSorted()).toEqual(expected)
        expect(shotIdsOf(after).every((shotId) => after.document.shots[shotId]?.selectedTakeId !== null)).toBe(true)
        expect(readdirSync(join(project.folder, 'takes')).toSorted()).toEqual(Object.keys(after.document.takes).toSorted())
      }
      await studio.dispose()
    }
  })
})

describe('two processes', () => {
  it('never edit one project: the second is told who has it, and gets it when that one is gone', async () => {
    const { client } = shop.open()
    const project = await projectOf(client, ['one'])
    const projectId = project.document.project.id
    await client.call('project.close', { projectId })
    const child = spawn(process.execPath, [CHILD, 'hold', shop.dataFolder, project.folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await expect(client.call('project.open', { projectId, folder: null })).rejects.toMatchObject({ code: 'PROJECT_LOCKED', message: expect.stringContaining(`process ${child.pid}`) })
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(existsSync(join(project.folder, '.shotwright.lock'))).toBe(true)
    expect((await client.call('project.open', { projectId, folder: null })).document).toEqual(project.document)
  })
})
