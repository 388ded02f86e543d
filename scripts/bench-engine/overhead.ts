/** What the engine adds to the model's own runs, where that time goes, and when the first preview comes. */
import { startTimedEngine } from '../bench/timed-engine.ts'
import type { Measured } from '../bench/timed-engine.ts'
import type { Figure } from '../bench/statistics.ts'

const LENGTHS = [17, 49]
const OVERHEAD = 1.05
const FIRST_PREVIEW = 0.3

/** Lengths take turns, so that a busy moment touches both. */
export async function measureOverhead(rounds: number): Promise<readonly Figure[]> {
  const engine = startTimedEngine()
  const runs = new Map<number, Measured[]>(LENGTHS.map((length) => [length, []]))
  try {
    // The first one loads the graphs.
    await engine.measure({ steps: 1 })
    for (let round = 0; round < rounds; round++) {
      for (const [frameCount, measured] of runs) measured.push(await engine.measure({ frameCount, seed: round }))
    }
  } finally {
    await engine.dispose()
  }
  return [...runs].flatMap(([frameCount, measured]): Figure[] => [
    { name: `generation wall / sum of model runs, ${frameCount} frames`, values: measured.map(({ wallSeconds, modelSeconds }) => wallSeconds / modelSeconds), unit: '', target: OVERHEAD, note: whereItGoes(measured) },
    { name: `first preview / total, ${frameCount} frames`, values: measured.flatMap(({ firstPreviewSeconds, wallSeconds }) => (firstPreviewSeconds === null ? [] : [firstPreviewSeconds / wallSeconds])), unit: '', target: FIRST_PREVIEW },
  ])
}

/** Milliseconds of each stage that no model run accounts for, of the last run. */
function whereItGoes(measured: readonly Measured[]): string {
  const last = measured.at(-1)
  if (last === undefined) return ''
  return Object.entries(last.stageOverheadMs).map(([stage, milliseconds]) => `${stage} ${milliseconds.toFixed(0)}`).join(', ') + ' ms beside the model'
}
