/** How much faster a graph is loaded that the runtime has optimised before. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { PACK } from '../previz/held-out.ts'
import type { Figure } from '../bench/statistics.ts'

const TARGET = 0.4
/** The others of the embedded pack are too small to be kept. */
const GRAPHS = ['transformer.onnx']

/** In processor time, which other programs disturb less than the clock: creating a session computes, and waits for nothing but a file. */
export async function measureSessions(rounds: number): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const graph of GRAPHS) figures.push(await measureGraph(graph, rounds))
  return figures
}

async function measureGraph(graph: string, rounds: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'shotwright-bench-graphs-'))
  const file = join(PACK, graph)
  const kept = () => createOnnxRuntime({ cacheFolder: folder }).createSession(file, 'cpu', { graphHash: graph })
  const ratios: number[] = []
  let note = ''
  try {
    await processorMs(() => createOnnxRuntime().createSession(file, 'cpu'))
    const written = await processorMs(kept)
    for (let round = 0; round < rounds; round++) {
      const plain = await processorMs(() => createOnnxRuntime().createSession(file, 'cpu'))
      const cached = await processorMs(kept)
      ratios.push(cached / plain)
      note = `${plain.toFixed(0)} ms of processor plain, ${cached.toFixed(0)} ms cached (hash included), ${written.toFixed(0)} ms when it is written`
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { name: `cached / first session, ${graph} of the embedded pack`, values: ratios, unit: '', target: TARGET, note }
}

async function processorMs(create: () => Promise<{ dispose(): Promise<void> }>): Promise<number> {
  const before = process.cpuUsage()
  const session = await create()
  const { user, system } = process.cpuUsage(before)
  await session.dispose()
  return (user + system) / 1000
}
