/** Providers, probing and the errors of the real runtime on this machine. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { admit } from '#engine/inference/admission.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { classifyLoadError, classifyRunError } from '#engine/inference/runtime-errors.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import type { GraphName } from '#engine/pipelines/model-store.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { packFolder } from './golden.ts'
import { temporaryFolder } from './pack-copy.ts'

const inference = createOnnxRuntime()

describe('trying a provider', () => {
  it('works on the CPU', async () => {
    expect(await inference.tryProvider('cpu')).toEqual({ works: true, said: '' })
  })

  it('returns what the runtime said of a provider that this build lacks', async () => {
    const { works, said } = await inference.tryProvider('abacus')
    expect(works).toBe(false)
    expect(said.length).toBeGreaterThan(5)
  })
})

describe('the runtime', () => {
  it('refuses a graph that is none with MODEL_UNSUPPORTED', async () => {
    const file = join(temporaryFolder(), 'page.onnx')
    writeFileSync(file, '<html>404</html>')
    await expect(inference.createSession(file, 'cpu')).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining('page.onnx') })
  })

  it('refuses an unknown provider by name', async () => {
    await expect(inference.createSession('x.onnx', 'toString')).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', message: expect.stringContaining('toString') })
  })

  it('reports a failing run as INFERENCE_FAILED', async () => {
    const session = await inference.createSession(join(packFolder('tiny-wan'), 'vae_decoder.onnx'), 'cpu')
    await expect(session.run({ latents: { type: 'float32', data: new Float32Array(4), dims: [1, 1, 1, 2, 2] } })).rejects.toMatchObject({ code: 'INFERENCE_FAILED' })
    await session.dispose()
  })

  it('says so when memory runs out, and the next run works', async () => {
    // One ConstantOfShape node: 2,000,000 x 2,000,000 floats are 16 TB.
    const file = join(temporaryFolder(), 'big.onnx')
    writeFileSync(file, Buffer.from('CAg6TgobCgVzaGFwZRIBeSIPQ29uc3RhbnRPZlNoYXBlEgNiaWdaEwoFc2hhcGUSCgoICAcSBAoCCAJiFQoBeRIQCg4IARIKCgMSAWEKAxIBYkICEBE=', 'base64'))
    const session = await inference.createSession(file, 'cpu')
    const run = (edge: bigint) => session.run({ shape: { type: 'int64', data: BigInt64Array.of(edge, edge), dims: [2] } })
    await expect(run(2_000_000n)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringContaining('big.onnx') })
    expect((await run(2n))['y']?.dims).toEqual([2, 2])
    await session.dispose()
  })

  it.each([
    'Non-zero status code: Failed to allocate memory for requested buffer of size 25769803776',
    'std::bad_alloc', 'BFCArena::AllocateRawInternal Available memory of 12 is smaller than requested', 'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED',
  ])('knows running out of memory from "%s"', (text) => {
    expect(classifyRunError(new Error(text), '/p/transformer.onnx')).toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringContaining('transformer.onnx') })
    expect(classifyLoadError(new Error(text), '/p/transformer.onnx', 'cuda')).toMatchObject({ code: 'OUT_OF_MEMORY' })
  })
})

describe('the model store', async () => {
  const pack = await createPackVerifier().verify(packFolder('tiny-wan'))
  const size = (graph: GraphName) => pack.manifest.components[graph]?.bytes as number
  const stores: ReturnType<typeof createModelStore>[] = []
  const storeOf = (budget: number) => {
    const store = createModelStore(inference, budget)
    stores.push(store)
    return store
  }
  afterAll(() => Promise.all(stores.map((store) => store.clear())))

  it('keeps a small pack in memory whole', async () => {
    const store = storeOf(1e9)
    for (const graph of ['textEncoder', 'transformer', 'vaeDecoder', 'textEncoder', 'transformer', 'vaeDecoder'] as const) await store.acquire(pack, graph, 'cpu')
    expect(store.stats).toMatchObject({ loads: 3, evictions: 0 })
  })

  it('lets the text encoder go before the transformer loads where both do not fit', async () => {
    const store = storeOf(size('transformer') + 1)
    await store.acquire(pack, 'textEncoder', 'cpu')
    await store.acquire(pack, 'transformer', 'cpu')
    expect(store.stats).toMatchObject({ loads: 2, evictions: 1, residentBytes: size('transformer') })
  })

  it('loads nothing that would push out what is in use when asked to spare it', async () => {
    const store = storeOf(size('transformer') + 1)
    await store.acquire(pack, 'transformer', 'cpu')
    expect(await store.acquireIfRoom(pack, 'vaeDecoder', 'cpu')).toBeNull()
    expect(await store.acquireIfRoom(pack, 'transformer', 'cpu')).not.toBeNull()
    expect(store.stats).toMatchObject({ loads: 1, evictions: 0 })
  })
})

describe('admission', () => {
  const request = { packName: 'Big', neededBytes: 9.1e9, availableBytes: 5e9, residentBytes: 1e9, smallerSizes: [{ width: 480, height: 272, memoryBytes: 4e9 }, { width: 640, height: 352, memoryBytes: 7e9 }] }

  it('refuses what cannot fit, with both numbers and a size that would', () => {
    expect(() => admit(request)).toThrowError(expect.objectContaining({
      code: 'OUT_OF_MEMORY', message: 'The pack "Big" needs 9.1 GB at this size; 6.0 GB is free.', remedy: 'Choose the size 480 x 272, or close other programs.',
    }))
  })

  it('counts what the pack already holds as free for it', () => {
    expect(() => admit({ ...request, residentBytes: 5e9 })).not.toThrow()
  })
})
