/** Graphs as the runtime optimised them: the same results, and never a wrong graph. */
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGraphCache } from '#engine/inference/graph-cache.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import type { Session, Tensor } from '#engine/inference/inference-port.ts'
import { packFolder } from './golden.ts'
import { temporaryFolder } from './pack-copy.ts'

const GRAPH = join(packFolder('tiny-wan'), 'vae_decoder.onnx')
const LATENTS: Tensor = { type: 'float32', data: Float32Array.from({ length: 16 * 3 * 4 }, (_, i) => Math.sin(i)), dims: [1, 16, 3, 2, 2] }

async function framesOf(session: Session): Promise<Float32Array> {
  const { frames } = await session.run({ latents: LATENTS })
  await session.dispose()
  return (frames as Tensor).data as Float32Array
}

/** What a load did, with stand-ins for sessions. */
function recorded(folder: string | null, limitBytes?: number) {
  const cache = createGraphCache({ folder, runtimeVersion: '1.0.0', leastGraphBytes: 0, ...(limitBytes === undefined ? {} : { limitBytes }) })
  const load = async (graphHash: string | null, provider = 'cpu', content = `optimised ${graphHash}`): Promise<string> => cache.load({ file: GRAPH, provider, graphHash }, {
    fromOptimised: async (file) => {
      const text = readFileSync(file, 'utf8')
      if (text.includes('unloadable')) throw new Error('no')
      return `kept: ${text}`
    },
    fromOriginal: async (writeTo) => {
      if (writeTo !== null) writeFileSync(writeTo, content)
      return writeTo === null ? 'original' : 'original, kept'
    },
  })
  return { load }
}

function keptFile(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.onnx')) as string)
}

describe('an optimised graph', () => {
  it('computes the same to the bit as the graph it was made of', async () => {
    const folder = join(temporaryFolder(), 'graphs')
    const plain = await framesOf(await createOnnxRuntime().createSession(GRAPH, 'cpu'))
    const [first, second] = [createOnnxRuntime({ cacheFolder: folder, leastGraphBytes: 0 }), createOnnxRuntime({ cacheFolder: folder, leastGraphBytes: 0 })]
    expect(await framesOf(await first.createSession(GRAPH, 'cpu', { graphHash: 'a' }))).toEqual(plain)
    expect(readdirSync(folder).filter((name) => name.endsWith('.onnx'))).toHaveLength(1)
    expect(await framesOf(await second.createSession(GRAPH, 'cpu', { graphHash: 'a' }))).toEqual(plain)
  })

  it('is not kept of a graph so small that finding it costs what it saves', async () => {
    const folder = join(temporaryFolder(), 'graphs')
    await (await createOnnxRuntime({ cacheFolder: folder }).createSession(GRAPH, 'cpu', { graphHash: 'a' })).dispose()
    expect(existsSync(folder)).toBe(false)
  })

  it('is found by the graph and by the provider', async () => {
    const { load } = recorded(temporaryFolder())
    expect(await load('a')).toBe('original, kept')
    expect(await load('a')).toBe('kept: optimised a')
    expect(await load('b')).toBe('original, kept')
  })

  it('is not kept for devices that compile parts of it, nor without a hash or a folder', async () => {
    const folder = temporaryFolder()
    const { load } = recorded(folder)
    expect([await load('a', 'cuda'), await load(null), await recorded(null).load('a')]).toEqual(['original', 'original', 'original'])
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['changed', (file: string) => writeFileSync(file, 'optimised x')],
    ['cut short', (file: string) => truncateSync(file, 3)],
    ['without its proof', (file: string) => writeFileSync(`${file}.sha256`, '')],
  ])('that is %s is made anew', async (_, damage) => {
    const folder = temporaryFolder()
    const { load } = recorded(folder)
    await load('a')
    damage(keptFile(folder))
    expect(await load('a')).toBe('original, kept')
    expect(await load('a')).toBe('kept: optimised a')
  })

  it('that the runtime cannot load is made anew', async () => {
    const { load } = recorded(temporaryFolder())
    await load('a', 'cpu', 'unloadable')
    expect(await load('a')).toBe('original, kept')
    expect(await load('a')).toBe('kept: optimised a')
  })

  it('never fails a load, where the folder cannot be written or the disk is full', async () => {
    const file = join(temporaryFolder(), 'a-file')
    writeFileSync(file, '')
    expect(await recorded(join(file, 'graphs')).load('a')).toBe('original')
    const cache = createGraphCache({ folder: temporaryFolder(), runtimeVersion: '1', leastGraphBytes: 0 })
    const session = await cache.load({ file: GRAPH, provider: 'cpu', graphHash: 'a' }, {
      fromOptimised: async () => 'kept',
      fromOriginal: async (writeTo) => {
        if (writeTo !== null) throw new Error('No space left on device')
        return 'original'
      },
    })
    expect(session).toBe('original')
  })

  it('lets go of the others when they are too many', async () => {
    const folder = temporaryFolder()
    const { load } = recorded(folder, 25)
    for (const hash of ['a', 'b', 'c']) await load(hash)
    expect(readdirSync(folder).filter((name) => name.endsWith('.onnx'))).toHaveLength(2)
    expect(existsSync(keptFile(folder))).toBe(true)
  })
})
