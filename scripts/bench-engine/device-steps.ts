/** On an NVIDIA card: how far a step is from its floor, and which nodes fell off the provider. Elsewhere: says that it was not run. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { startTimedEngine } from '../bench/timed-engine.ts'
import type { Figure } from '../bench/statistics.ts'
import { PACK } from '../previz/held-out.ts'

const PREFIX = 'shotwright-bench-profile'

export async function measureDevice(): Promise<readonly Figure[]> {
  const { works, said } = await createOnnxRuntime().tryProvider('cuda')
  if (!works) return [{ name: 'on an NVIDIA card', values: [Number.NaN], unit: '', target: null, note: `not run: ${said.split('\n')[0]?.slice(0, 120)}` }]
  const engine = startTimedEngine()
  try {
    await engine.measure({ steps: 1, provider: 'cuda' })
    const { result } = await engine.measure({ provider: 'cuda', frameCount: 49 })
    return [
      // The floor of docs/devices.md is for Wan 1.3B; the embedded pack is bound by launches, so only its time is told.
      { name: 'step on CUDA, embedded pack, 49 frames', values: [result.secondsPerStep], unit: 's', target: null },
      { name: 'nodes that fell off CUDA, transformer of the embedded pack', values: [await nodesElsewhere()], unit: '', target: 0 },
    ]
  } finally {
    await engine.dispose()
  }
}

/** The runtime's own profile names the provider of each node that ran. */
async function nodesElsewhere(): Promise<number> {
  const options = { executionProviders: ['cuda'], enableProfiling: true, profileFilePrefix: join(process.cwd(), PREFIX), logSeverityLevel: 3 } as const
  const session = await InferenceSession.create(join(PACK, 'transformer.onnx'), options)
  const float = (dims: readonly number[]): Tensor => new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims)
  const feeds = { hidden_states: float([1, 24, 5, 12, 20]), timestep: float([1, 5]), encoder_hidden_states: float([1, 32, 128]), camera: float([1, 4, 5, 12, 20]) }
  await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name as keyof typeof feeds]])))
  session.endProfiling()
  await session.release()
  const file = readdirSync('.').find((name) => name.startsWith(PREFIX))
  if (file === undefined) return Number.NaN
  const events = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly cat?: string; readonly args?: { readonly provider?: string; readonly op_name?: string } }[]
  rmSync(file)
  return events.filter(({ cat, args }) => cat === 'Node' && args?.provider !== undefined && args.provider !== 'CUDAExecutionProvider' && !/Memcpy/.test(args.op_name ?? '')).length
}
