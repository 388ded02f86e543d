/** A generation that runs out of memory: a new process, smaller tiles, and then the truth about what would fit. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import { NOT_ADMITTED } from '#core/devices/memory-advice.ts'
import { StudioError } from '#core/errors.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import type { EngineHost } from '#services/engine/engine-host.ts'
import { runWithinMemory } from '#services/jobs/run-within-memory.ts'
import { COMPILE_CACHE, edit, FIXTURE_PACKS, workshop, type Workshop } from './studio-harness.ts'

const REAL_ENGINE = join(import.meta.dirname, '../../src/engine/entry/child-process.ts')
const HUNGRY = join(import.meta.dirname, '../fixtures/graphs/hungry_decoder.onnx')

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** tiny-wan, for square frames, with a decoder that can be run on 32 x 32 pixels and not on 64 x 64 or more. */
function hungryPack(edge: number, vae: { readonly tileSize: number; readonly tileStride: number }): string {
  const packs = mkdtempSync(join(tmpdir(), 'shotwright-hungry-'))
  folders.push(packs)
  const folder = join(packs, 'hungry')
  cpSync(join(FIXTURE_PACKS, 'tiny-wan'), folder, { recursive: true })
  cpSync(HUNGRY, join(folder, 'vae_decoder.onnx'))
  const file = join(folder, 'pack.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { id: string; sizes: unknown[]; vae: unknown; components: { vaeDecoder: { bytes: number; sha256: string } } }
  const bytes = readFileSync(HUNGRY)
  Object.assign(manifest, { id: 'hungry', name: 'Hungry', vae, sizes: [{ width: edge, height: edge, memoryBytes: 60_000_000 }] })
  Object.assign(manifest.components.vaeDecoder, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
  writeFileSync(file, JSON.stringify(manifest))
  return packs
}

const SMALL_TILES = { tileSize: 32, tileStride: 24 }
const LARGE_TILES = { tileSize: 64, tileStride: 48 }

describe('the engine child that is really out of memory', () => {
  let shop: Workshop
  afterEach(() => shop.dispose())

  /** Real engines, and the process ids of those that generated. */
  function realHost(pids: (number | null)[], execPath?: string): EngineHost {
    const host = childProcessHost({ entry: REAL_ENGINE, env: COMPILE_CACHE, ...(execPath === undefined ? {} : { execPath }) })
    return {
      start: (options) => {
        const started = host.start(options)
        if (options.role === 'generate') pids.push(started.pid)
        return started
      },
    }
  }

  async function generateWith(packs: string, host: EngineHost, edge = 64) {
    shop = workshop()
    const { client, finished } = shop.open({ engineHost: host, packFolders: [packs, FIXTURE_PACKS] })
    const created = await client.call('project.create', { title: 'Hungry', frameSize: { width: edge, height: edge }, frameRate: { num: 16, den: 1 }, script: null, folder: null })
    const projectId = created.document.project.id
    await client.call('settings.set', { key: 'engine.device', value: 'cpu' })
    await edit(client, projectId, 'project.edit', { packId: 'hungry' })
    await edit(client, projectId, 'shot.add', { sequenceId: created.document.project.sequenceIds[0], index: 0, prompt: 'rain', durationFrames: 8, seed: 1 })
    const { jobIds } = await client.call('job.generate', { projectId, shotIds: null, variations: 1, newSeeds: false })
    const job = await finished(jobIds[0] as string)
    const { document } = await client.call('project.open', { projectId, folder: null })
    return { job, take: Object.values(document.takes)[0] }
  }

  it('is replaced, and the second try with smaller tiles makes the take and says so in its recipe', async () => {
    const pids: (number | null)[] = []
    const { job, take } = await generateWith(hungryPack(64, SMALL_TILES), realHost(pids))
    expect(job).toMatchObject({ state: 'done', error: null })
    expect(take?.recipe).toMatchObject({ vaeTileSize: 32, provider: 'cpu', packId: 'hungry', frameSize: { width: 64, height: 64 } })
    expect(new Set(pids).size).toBe(2)
  }, 60_000)

  it('fails after the second try with what is needed, what is free, and a pack that would fit', async () => {
    const pids: (number | null)[] = []
    const { job, take } = await generateWith(hungryPack(80, LARGE_TILES), realHost(pids), 80)
    expect(take).toBeUndefined()
    expect(job.error).toMatchObject({
      code: 'OUT_OF_MEMORY', message: expect.stringMatching(/^The pack "Hungry" needs 0\.1 GB at this size; \d+\.\d GB is free, which was not enough\.$/), remedy: expect.stringContaining('"Tiny Wan"'),
    })
    expect(new Set(pids).size).toBe(2)
  }, 60_000)

  // `ulimit -v` is the shell's; Windows has none.
  it.skipIf(process.platform === 'win32')('that dies under a limit of the system is out of memory, not crashed', async () => {
    const pids: (number | null)[] = []
    const limited = join(mkdtempSync(join(tmpdir(), 'shotwright-limit-')), 'node')
    folders.push(join(limited, '..'))
    // Only engines that generate are limited, to less address space than Node itself needs to start.
    writeFileSync(limited, `#!/bin/sh\ncase "$*" in *generate*) ulimit -v 900000 ;; esac\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 })
    const { job } = await generateWith(hungryPack(64, SMALL_TILES), realHost(pids, limited))
    expect(job.error).toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringContaining('needs') })
    expect(new Set(pids).size).toBe(2)
  }, 60_000)
})

describe('one retry', () => {
  const PACK = { packId: 'big', name: 'Big', state: 'ready', memory: [{ width: 832, height: 480, bytes: 12e9, leastBytes: 9.1e9 }, { width: 480, height: 272, bytes: 5e9, leastBytes: 4e9 }] } as unknown as PackSummary
  const SMALL = { packId: 'small', name: 'Small', state: 'ready', memory: [{ width: 160, height: 96, bytes: 2e8 }] } as unknown as PackSummary
  const BROKEN = { ...SMALL, packId: 'broken', name: 'Broken', state: 'corrupt' } as PackSummary
  const REQUEST = { jobId: 'job', frameSize: { width: 832, height: 480 }, provider: 'cuda' } as unknown as GenerateRequest
  const OPTIONS = { jobId: 'job', subject: 'Shot 1', signal: new AbortController().signal, onProgress: () => {}, onPreview: () => {} }
  const outOfMemory = (detail = 'arena'): StudioError => new StudioError({ code: 'OUT_OF_MEMORY', message: 'The memory was not enough.', remedy: 'Close programs.', detail })

  async function attempt(outcomes: readonly (StudioError | 'take')[], freeBytes: number | null = 6e9) {
    const asked: GenerateRequest[] = []
    const run = async (_: string, request: GenerateRequest): Promise<GenerateResult> => {
      const outcome = outcomes[asked.push(request) - 1]
      if (outcome === 'take') return { steps: 1 } as GenerateResult
      throw outcome
    }
    const result = await runWithinMemory({ engine: { run } as never, packs: { list: () => [PACK, SMALL, BROKEN] }, freeBytes: async () => freeBytes }, PACK, REQUEST, OPTIONS).catch((error: unknown) => error)
    return { asked, result }
  }

  it('asks for smaller tiles and for nothing else that is different', async () => {
    const { asked, result } = await attempt([outOfMemory(), 'take'])
    expect(asked).toEqual([REQUEST, { ...REQUEST, vaeTiles: 'smaller' }])
    expect(result).toEqual({ steps: 1 })
  })

  it('is the only one, and its failure names need, free, sizes and packs that fit', async () => {
    const { asked, result } = await attempt([outOfMemory(), outOfMemory(), 'take'])
    expect(asked.length).toBe(2)
    expect(result).toMatchObject({
      code: 'OUT_OF_MEMORY', message: 'The pack "Big" needs 9.1 GB at this size; 6.0 GB is free.',
      remedy: 'Choose the size 480 x 272, or the pack "Small", or close other programs.',
    })
  })

  it('is not made where nothing was loaded: the refusal only gains the packs that fit', async () => {
    const { asked, result } = await attempt([outOfMemory(NOT_ADMITTED), 'take'], 1e9)
    expect(asked.length).toBe(1)
    expect(result).toMatchObject({ code: 'OUT_OF_MEMORY', remedy: 'Choose the pack "Small", or close other programs.' })
  })

  it('says so where the device does not tell what is free, or where the manifest promised too little', async () => {
    expect((await attempt([outOfMemory(), outOfMemory()], null)).result).toMatchObject({ message: 'The pack "Big" needs 9.1 GB at this size; how much is free is not known.' })
    expect((await attempt([outOfMemory(), outOfMemory()], 20e9)).result).toMatchObject({ message: 'The pack "Big" needs 9.1 GB at this size; 20.0 GB is free, which was not enough.' })
  })

  it('is not for other failures, first or second', async () => {
    const failed = new StudioError({ code: 'INFERENCE_FAILED', message: 'No.', remedy: 'Again.' })
    expect(await attempt([failed, 'take'])).toMatchObject({ asked: [REQUEST], result: failed })
    expect((await attempt([outOfMemory(), failed])).result).toBe(failed)
  })
})
