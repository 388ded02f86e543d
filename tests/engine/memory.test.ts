/** Memory: how the VAE is run, who is admitted, what makes room for what, and a runtime that is out of memory at any point. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '#contracts/client.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { peakBytes, PackManifestSchema } from '#contracts/pack-manifest.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { createServer } from '#contracts/server.ts'
import { StudioError } from '#core/errors.ts'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createEngine } from '#engine/create-engine.ts'
import type { EngineOptions } from '#engine/create-engine.ts'
import type { InferencePort, Session } from '#engine/inference/inference-port.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import type { Room } from '#engine/pipelines/model-store.ts'
import { chooseVaeTiles } from '#engine/pipelines/vae-tile-choice.ts'
import type { TileQuestion } from '#engine/pipelines/vae-tile-choice.ts'
import { aRequest } from './engine-fixture.ts'
import { fakeCards } from './fake-cards.ts'
import { packFolder } from './golden.ts'
import { copyPack } from './pack-copy.ts'

// An engine of its own a test, with its own search for an ffmpeg.
vi.setConfig({ testTimeout: 60_000 })

const TINY = PackManifestSchema.parse(JSON.parse(readFileSync(join(packFolder('tiny-wan'), 'pack.json'), 'utf8')))
const STAGES = { textEncoder: 4e9, transformer: 6e9, vaeDecoder: 9e9, vaeDecoderTiled: 3e9 }
const LARGE: PackManifest = {
  ...TINY, name: 'Large', frames: { ...TINY.frames, max: 81 }, vae: { tileSize: 256, tileStride: 192, widestChannels: 96 },
  sizes: [{ width: 832, height: 480, memoryBytes: 10e9, memory: STAGES }, { width: 480, height: 272, memoryBytes: 5e9 }],
}

function question(changes: Partial<TileQuestion> = {}): TileQuestion {
  return { frameSize: { width: 832, height: 480 }, frameCount: 49, wantsSmaller: false, freeBytes: 24e9, ...changes }
}

describe('the VAE is run', () => {
  it('whole where runtime and memory allow, in the pack\'s tiles where they do not', () => {
    expect(chooseVaeTiles(LARGE, question())).toBeNull()
    // 81 x 832 x 480 x 96 elements are more than 2^31.
    expect(chooseVaeTiles(LARGE, question({ frameCount: 81 }))).toEqual({ size: 256, stride: 192 })
    expect(chooseVaeTiles(LARGE, question({ freeBytes: 5e9 }))).toEqual({ size: 256, stride: 192 })
    expect(chooseVaeTiles(LARGE, question({ freeBytes: 5e9, frameCount: 17 }))).toBeNull()
    expect(chooseVaeTiles(LARGE, question({ freeBytes: null }))).toBeNull()
  })

  it('in smaller tiles than before, after the memory was not enough', () => {
    expect(chooseVaeTiles(LARGE, question({ wantsSmaller: true }))).toEqual({ size: 256, stride: 192 })
    expect(chooseVaeTiles(LARGE, question({ wantsSmaller: true, frameCount: 81 }))).toEqual({ size: 128, stride: 96 })
    const small = { frameSize: { width: 96, height: 64 }, wantsSmaller: true }
    expect(chooseVaeTiles(LARGE, question(small))).toEqual({ size: 64, stride: 48 })
    expect(chooseVaeTiles(LARGE, question({ ...small, frameSize: { width: 32, height: 32 } }))).toBeNull()
  })

  it('never whole where whole does not fit, however small the tiles are already', () => {
    const fine: PackManifest = { ...LARGE, vae: { tileSize: 48, tileStride: 32, widestChannels: 96 } }
    expect(chooseVaeTiles(fine, question({ frameCount: 81, wantsSmaller: true }))).toEqual({ size: 48, stride: 32 })
    expect(chooseVaeTiles(fine, question({ freeBytes: 5e9, wantsSmaller: true }))).toEqual({ size: 48, stride: 32 })
    // Half of the usual tiles is still the whole frame.
    const table: PackManifest = { ...LARGE, sizes: [{ width: 96, height: 64, memoryBytes: 10e9, memory: STAGES }] }
    expect(chooseVaeTiles(table, question({ frameSize: { width: 96, height: 64 }, freeBytes: 5e9, wantsSmaller: true }))).toEqual({ size: 64, stride: 48 })
  })

  it('in 256 pixels every 192, in whole latent cells, where a pack does not say', () => {
    const { vae: _vae, ...silent } = LARGE
    expect(chooseVaeTiles(silent, question({ frameCount: 81 }))).toEqual({ size: 256, stride: 192 })
    expect(chooseVaeTiles({ ...silent, latent: { ...silent.latent, spatialCompression: 20 } }, question({ frameCount: 81 }))).toEqual({ size: 240, stride: 180 })
  })

  it('not at all where even a tile is too large, and that is said before anything is loaded', () => {
    expect(() => chooseVaeTiles(LARGE, question({ frameCount: 1_001 }))).toThrowError(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('even in tiles') }))
  })

  it('with manifests whose tiles are no whole cells refused', () => {
    const outcome = PackManifestSchema.safeParse({ ...TINY, vae: { tileSize: 100, tileStride: 192 } })
    expect(outcome.error?.issues.map(({ path }) => path.join('.')).toSorted()).toEqual(['vae.tileSize', 'vae.tileStride'])
  })
})

describe('the need of a size', () => {
  it('is its largest stage, since stages follow each other; its one number where the manifest has no more', () => {
    const [tabled, plain] = LARGE.sizes as [PackManifest['sizes'][number], PackManifest['sizes'][number]]
    expect([peakBytes(tabled, false), peakBytes(tabled, true), peakBytes(plain, true)]).toEqual([9e9, 6e9, 5e9])
  })
})

/** Sessions that compute nothing. */
function namedSessions(): InferencePort & { readonly loaded: string[]; readonly released: string[] } {
  const loaded: string[] = []
  const released: string[] = []
  return {
    version: '0', loaded, released, tryProvider: async () => ({ works: true, said: '' }),
    createSession: async (file): Promise<Session> => {
      loaded.push(basename(file))
      return { inputNames: [], outputNames: [], run: async () => ({}), dispose: async () => { released.push(basename(file)) } }
    },
  }
}

describe('graphs in memory', () => {
  it('make room for the next where both do not fit, runs counted once', async () => {
    const pack = await createPackVerifier().verify(packFolder('tiny-wan'))
    const inference = namedSessions()
    const models = createModelStore(inference, 1e12)
    const peakBytesOf: Room['peakBytes'] = { textEncoder: 4e6, transformer: 6e6, vaeDecoder: 5e6 }
    // Weights are about 0.1 MB each: any two fit beside the larger run.
    const roomy: Room = { limitBytes: 7e6, peakBytes: peakBytesOf }
    await models.acquire(pack, 'textEncoder', 'cpu', roomy)
    await models.acquire(pack, 'transformer', 'cpu', roomy)
    expect(inference.released).toEqual([])
    const tight: Room = { limitBytes: 6e6, peakBytes: peakBytesOf }
    await models.acquire(pack, 'transformer', 'cpu', tight)
    expect(inference.released).toEqual(['text_encoder.onnx'])
    expect(await models.acquireIfRoom(pack, 'vaeDecoder', 'cpu', tight)).toBeNull()
    await models.acquire(pack, 'vaeDecoder', 'cpu', { ...tight, limitBytes: 5e6 })
    expect(inference.released).toEqual(['text_encoder.onnx', 'transformer.onnx'])
    expect(inference.loaded).toEqual(['text_encoder.onnx', 'transformer.onnx', 'vae_decoder.onnx'])
  })
})

const engines: { dispose(): Promise<void> }[] = []
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose()
})

function engineWith(options: Partial<EngineOptions>) {
  const [own, other] = memoryTransportPair()
  const engine = createEngine({ inference: createOnnxRuntime(), media: createMediaTools(), clock: { monotonicMs: () => performance.now() }, log: { write: () => {} }, ...options })
  createServer(ENGINE_CONTRACT, engine.handlers, other)
  const client = createClient(ENGINE_CONTRACT, own)
  engines.push({ dispose: async () => { client.dispose(); await engine.dispose() } })
  return { engine, generate: (request: GenerateRequest): Promise<GenerateResult> => client.call('take.generate', request) }
}

describe('admission', () => {
  const card = (freeBytes: number | null) => fakeCards([{ name: 'Card', vendor: 'NVIDIA', driver: '550', memoryBytes: 8e9, freeBytes, source: 'nvidia-smi' }])
  const tabled = () => copyPack('tiny-wan', (manifest) => Object.assign(manifest, { sizes: [{ width: 32, height: 16, memoryBytes: 9e9, memory: { ...STAGES, vaeDecoder: 6e9 } }, { width: 16, height: 16, memoryBytes: 2e9 }] }))
  const request = (provider: string): GenerateRequest => aRequest({ packFolder: tabled(), provider })

  it('refuses on the graphics card by what it has free, before a graph is loaded', async () => {
    const { engine, generate } = engineWith({ cards: card(4e9), inference: namedSessions() })
    await expect(generate(request('cuda'))).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY', message: 'The pack "Tiny Wan" needs 6.0 GB at this size; 4.0 GB is free.', remedy: 'Choose the size 16 x 16, or close other programs.', detail: 'not admitted',
    })
    expect(engine.stats().graphLoads).toBe(0)
  })

  it('refuses on the CPU by what the system gives, and nowhere by guessing', async () => {
    await expect(engineWith({ availableBytes: () => 1e9 }).generate(request('cpu'))).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', remedy: 'Close other programs, or install a smaller pack.' })
    for (const provider of ['webgpu', 'directml']) {
      const { engine, generate } = engineWith({ cards: card(1), availableBytes: () => 1, inference: namedSessions() })
      await expect(generate(request(provider))).rejects.not.toMatchObject({ code: 'OUT_OF_MEMORY' })
      expect(engine.stats().graphLoads).toBeGreaterThan(0)
    }
  })
})

/** The real runtime, which has no memory at one point: `load:` or `run:` and a graph's file, counted from 1. */
function starving(point: { readonly at: string; readonly count: number }): InferencePort & { left: number } {
  const runtime = createOnnxRuntime()
  const port = {
    ...runtime, left: point.count,
    createSession: async (...args: Parameters<InferencePort['createSession']>): Promise<Session> => {
      const name = basename(args[0])
      starve(`load:${name}`)
      const session = await runtime.createSession(...args)
      return { inputNames: session.inputNames, outputNames: session.outputNames, dispose: () => session.dispose(), run: async (feeds) => {
        starve(`run:${name}`)
        return session.run(feeds)
      } }
    },
  }
  function starve(at: string): void {
    if (at !== point.at) return
    port.left -= 1
    if (port.left === 0) throw new StudioError({ code: 'OUT_OF_MEMORY', message: 'The memory was not enough.', remedy: 'Close other programs.' })
  }
  return port
}

describe('a shot that is shorter than the pack allows', () => {
  const memory = { textEncoder: 1e9, transformer: 4e9, vaeDecoder: 17e9, vaeDecoderTiled: 3e9 }
  const pack = () => copyPack('tiny-camera', (manifest) => Object.assign(manifest, { sizes: [{ width: 64, height: 48, memoryBytes: 17e9, memory }], vae: { tileSize: 32, tileStride: 24 } }))
  const wanted = (frameCount: number, changes: Partial<GenerateRequest> = {}) => aRequest({ packFolder: pack(), frameSize: { width: 64, height: 48 }, frameCount, ...changes })

  it('is admitted by what its own frames need, whole where the longest would need tiles', async () => {
    const { generate } = engineWith({ availableBytes: () => 10e9 })
    expect(await generate(wanted(17))).toMatchObject({ vaeTileSize: 32 })
    expect(await generate(wanted(5))).toMatchObject({ vaeTileSize: null })
  })

  it('counts the frames that lead into it', async () => {
    const { generate } = engineWith({ availableBytes: () => 10e9 })
    const first = wanted(9)
    await generate(first)
    const lead = { videoFile: join(first.outputFolder, 'video.mp4'), startFrame: 0, frameCount: 9 }
    expect(await generate(wanted(5, { known: { firstFrame: null, lastFrame: null, parent: null, lead } }))).toMatchObject({ vaeTileSize: 32 })
  })
})

describe('given pictures', () => {
  it('go through the encoder in the tiles that the clip is decoded in', async () => {
    const widths: number[] = []
    const runtime = createOnnxRuntime()
    const inference: InferencePort = { ...runtime, createSession: async (...args) => {
      const session = await runtime.createSession(...args)
      return { ...session, run: async (feeds) => {
        if (feeds['frames']) widths.push(feeds['frames'].dims[4] as number)
        return session.run(feeds)
      } }
    } }
    const packs = copyPack('tiny-camera', (manifest) => Object.assign(manifest, { sizes: [{ width: 64, height: 48, memoryBytes: 5e7 }], vae: { tileSize: 32, tileStride: 24 } }))
    const { generate } = engineWith({ inference })
    const first = aRequest({ packFolder: packs, frameSize: { width: 64, height: 48 } })
    await generate(first)
    const picture = join(first.outputFolder, 'thumbnail.jpg')
    await generate(aRequest({ ...first, outputFolder: aRequest().outputFolder, vaeTiles: 'smaller', known: { firstFrame: picture, lastFrame: picture, parent: null } }))
    expect(widths.length).toBeGreaterThan(0)
    expect(Math.max(...widths)).toBe(32)
  })
})

describe('a runtime that is out of memory', () => {
  it.each([
    { at: 'load:text_encoder.onnx', count: 1 }, { at: 'run:text_encoder.onnx', count: 1 }, { at: 'load:transformer.onnx', count: 1 },
    { at: 'run:transformer.onnx', count: 1 }, { at: 'run:transformer.onnx', count: 4 },
  ])('at $at, time $count, lets every graph go, and the same request works afterwards as if nothing had been', async (point) => {
    const plain = await engineWith({}).generate(aRequest())
    const { engine, generate } = engineWith({ inference: starving(point) })
    await expect(generate(aRequest())).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
    const loads = engine.stats().graphLoads
    const again = await generate(aRequest())
    expect(engine.stats().graphLoads).toBeGreaterThan(loads)
    expect(again.video.sha256).toBe(plain.video.sha256)
  })

  it('in the decode of the clip works with the smaller tiles that the second try asks for, and the result tells them', async () => {
    const packs = copyPack('tiny-wan', (manifest) => Object.assign(manifest, { sizes: [{ width: 64, height: 48, memoryBytes: 5e7 }], vae: { tileSize: 32, tileStride: 24 } }))
    const request = aRequest({ packFolder: packs, frameSize: { width: 64, height: 48 } })
    const { generate } = engineWith({})
    expect(await generate(request)).toMatchObject({ vaeTileSize: null })
    const tiled = await generate(aRequest({ ...request, outputFolder: aRequest().outputFolder, vaeTiles: 'smaller' }))
    expect(tiled).toMatchObject({ vaeTileSize: 32, frameCount: 9, frameSize: { width: 64, height: 48 } })
    const again = await generate(aRequest({ ...request, outputFolder: aRequest().outputFolder, vaeTiles: 'smaller' }))
    expect(again.video.sha256).toBe(tiled.video.sha256)
  })
})
