/** Downloads in real processes: two at once share one folder without harm, and one that is killed loses nothing that had arrived. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { COMPILE_CACHE } from '../services/studio-harness.ts'
import { packServer, type PackServer } from './pack-server.ts'
import { filesOf, pathOf, serveTiny, TINY, writeCatalogue } from './shop-fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

const BIG = pathOf('tiny', 'vae_decoder.onnx')
const HELD_AT = 40_000

let server: PackServer
let folder: string
let packs: string
let children: ChildProcess[]

beforeEach(async () => {
  server = await packServer()
  serveTiny(server)
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotwright-two-')))
  packs = join(folder, 'packs')
  children = []
  writeCatalogue(join(folder, 'catalogue.json'))
})
afterEach(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Installer {
  readonly child: ChildProcess
  readonly lines: string[]
  readonly exited: Promise<void>
  says(line: string): Promise<void>
}

function install(name: string): Installer {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'install-child.ts'), join(folder, name), join(folder, 'catalogue.json'), packs, server.origin, 'tiny'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...COMPILE_CACHE } })
  children.push(child)
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    for (const look of [...waiting]) look()
  })
  const exited = new Promise<void>((resolve) => { child.once('close', () => resolve()) })
  return {
    child, lines, exited,
    says: (line) => new Promise((resolve, reject) => {
      const look = (): void => {
        if (!lines.includes(line)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      void exited.then(() => reject(new Error(`Ended without "${line}": ${lines.join(', ')}`)))
      look()
    }),
  }
}

function expectWhole(): void {
  expect(readdirSync(packs)).toEqual(['tiny-wan'])
  for (const file of readdirSync(TINY)) expect(readFileSync(join(packs, 'tiny-wan', file)).equals(readFileSync(join(TINY, file)))).toBe(true)
}

const partSize = (): number => statSync(join(packs, '.install-tiny', 'files', 'vae_decoder.onnx'), { throwIfNoEntry: false })?.size ?? 0

describe('two processes that install the same pack', () => {
  it('take turns: the second waits, finds it done, and fetches nothing', async () => {
    server.hold(BIG, HELD_AT)
    const first = install('first')
    await server.whenSent(BIG, HELD_AT)
    const second = install('second')
    await second.says('waiting')
    server.release(BIG)
    await Promise.all([first.says('end done'), second.says('end done')])
    await Promise.all([first.exited, second.exited])
    expectWhole()
    for (const { file } of filesOf(TINY)) expect(server.asked.filter(({ method, path }) => method === 'GET' && path === pathOf('tiny', file))).toHaveLength(1)
  })

  it('take over from one that was killed, from where it was', async () => {
    server.hold(BIG, HELD_AT)
    const first = install('first')
    await vi.waitFor(() => expect(partSize()).toBe(HELD_AT), { timeout: 30_000 })
    const second = install('second')
    await second.says('waiting')
    first.child.kill('SIGKILL')
    await first.exited
    server.release(BIG)
    await second.says('end done')
    await second.exited
    expectWhole()
    expect(server.asked.filter(({ path }) => path === BIG).map(({ range }) => range)).toEqual([null, `bytes=${HELD_AT}-`])
  })
})

describe('a process that is killed in the middle', () => {
  it('leaves no pack in the list, and the next one goes on from what had arrived', async () => {
    server.hold(BIG, HELD_AT)
    const first = install('first')
    await vi.waitFor(() => expect(partSize()).toBe(HELD_AT), { timeout: 30_000 })
    first.child.kill('SIGKILL')
    await first.exited
    expect(readdirSync(packs).toSorted()).toEqual(['.install-tiny', '.install-tiny.lock'])
    server.release(BIG)
    const again = install('first')
    await again.says('end done')
    await again.exited
    expectWhole()
    expect(server.asked.filter(({ path }) => path === BIG).map(({ range }) => range)).toEqual([null, `bytes=${HELD_AT}-`])
    expect(server.asked.filter(({ method, path }) => method === 'GET' && path === pathOf('tiny', 'transformer.onnx'))).toHaveLength(1)
  })
})
