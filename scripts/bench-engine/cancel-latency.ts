/** How long a cancelled generation still takes, in steps. */
import { startTimedEngine } from '../bench/timed-engine.ts'
import type { Figure } from '../bench/statistics.ts'

const TARGET = 1.1

/** A cancel is heard between model runs, so at worst one run passes; it is sent right after one began. */
export async function measureCancel(rounds: number): Promise<readonly Figure[]> {
  const engine = startTimedEngine()
  const ratios: number[] = []
  try {
    await engine.measure({ steps: 1 })
    const { result } = await engine.measure({ frameCount: 49 })
    for (let round = 0; round < rounds; round++) ratios.push((await engine.cancelSeconds({ frameCount: 49 })) / result.secondsPerStep)
  } finally {
    await engine.dispose()
  }
  return [{ name: 'cancel latency / one step', values: ratios, unit: '', target: TARGET }]
}
