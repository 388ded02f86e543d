/** How far a take that was chained from clips has moved away from how it began. */
import type { Segment, Take } from '../document/schema.ts'

export const DRIFT_MEASURES = ['brightness', 'contrast', 'colour', 'sharpness'] as const
export type DriftMeasure = (typeof DRIFT_MEASURES)[number]

/** Change over the whole take, as a fraction of what the first clip has: 0.1 is a tenth more. */
export type Drift = Readonly<Record<DriftMeasure, number>>

/** Below this, a measure of the first clip is next to nothing, and fractions of it mean nothing. */
const LEAST_BASE = 0.01

/**
 * For each measure: the rise of the least-squares line through the clips' means, from the middle of the first clip to that of
 * the last, divided by the first clip's mean. Null for takes of one clip.
 */
export function driftOf({ segments }: Pick<Take, 'segments'>): Drift | null {
  const first = segments?.[0]
  if (segments === undefined || first === undefined || segments.length < 2) return null
  const change = (measure: DriftMeasure): number => lineRise(segments, measure) / Math.max(LEAST_BASE, first[measure])
  return { brightness: change('brightness'), contrast: change('contrast'), colour: change('colour'), sharpness: change('sharpness') }
}

/** "brightness +2 %, contrast −1 %, colour +0 %, sharpness −12 %" */
export function driftText(drift: Drift): string {
  return DRIFT_MEASURES.map((measure) => {
    const percent = Math.round(drift[measure] * 100)
    return `${measure} ${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`
  }).join(', ')
}

function lineRise(segments: readonly Segment[], measure: DriftMeasure): number {
  const times = segments.map(({ startFrame, endFrame }) => (startFrame + endFrame) / 2)
  const meanTime = mean(times)
  const meanValue = mean(segments.map((segment) => segment[measure]))
  let products = 0, squares = 0
  for (const [index, segment] of segments.entries()) {
    const distance = (times[index] as number) - meanTime
    products += distance * (segment[measure] - meanValue)
    squares += distance * distance
  }
  return squares === 0 ? 0 : (products / squares) * ((times.at(-1) as number) - (times[0] as number))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
