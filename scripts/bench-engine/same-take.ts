/** The same shot asked for again, through the whole studio. */
import { timeSameTake } from '../bench/same-take.ts'
import type { Figure } from '../bench/statistics.ts'

const TARGET = 0.02

export async function measureSameTake(): Promise<readonly Figure[]> {
  const { firstSeconds, againSeconds } = await timeSameTake()
  return [{ name: 'identical re-generate / first', values: [againSeconds / firstSeconds], unit: '', target: TARGET, note: `${firstSeconds.toFixed(2)} s, then ${againSeconds.toFixed(3)} s` }]
}
