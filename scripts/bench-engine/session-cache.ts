/** How much faster a graph is loaded that the runtime has optimised before. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { PACK } from '../previz/held-out.ts'
import type { Figure } from '../bench/statistics.ts'

const TARGET = 0.4
const GRAPH = join(PACK, 'transformer.onnx')

export async function measureSessions(rounds: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shotwright-bench-graphs-'))
  const ratios: number[] = []
  let note = ''
  try {
    for (let round = 0; round < rounds; round++) {
      const plain = await milliseconds(() => createOnnxRuntime().createSession(GRAPH, 'cpu'))
      const first = await milliseconds(() => createOnnxRuntime({ cacheFolder: join(folder, String(round)) }).createSession(GRAPH, 'cpu', { graphHash: 'bench' }))
      const cached = await milliseconds(() => createOnnxRuntime({ cacheFolder: join(folder, String(round)) }).createSession(GRAPH, 'cpu', { graphHash: 'bench' }))
      ratios.push(cached / plain)
      note = `${plain.toFixed(0)} ms plain, ${first.toFixed(0)} ms when written, ${cached.toFixed(0)} ms cached`
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return [{ name: 'cached / first session, transformer of the embedded pack', values: ratios, unit: '', target: TARGET, note }]
}

async function milliseconds(create: () => Promise<{ dispose(): Promise<void> }>): Promise<number> {
  const startedAt = performance.now()
  const session = await create()
  const took = performance.now() - startedAt
  await session.dispose()
  return took
}
