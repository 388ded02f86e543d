/** Median and spread of few measurements, and the table that they are printed in. */

export interface Figure {
  readonly name: string
  readonly values: readonly number[]
  readonly unit: string
  /** At most this; null where there is no target. */
  readonly target: number | null
  readonly note?: string
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Median distance from the median: one interrupted run does not widen it. */
export function spread(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map((value) => Math.abs(value - middle)))
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, values, unit, target, note }) => {
    const verdict = target === null ? '' : median(values) <= target ? 'met' : `missed by ${((median(values) / target - 1) * 100).toFixed(0)} %`
    return [name, `${digits(median(values))} ${unit}`.trim(), values.length > 1 ? `± ${digits(spread(values))}` : '', String(values.length), target === null ? '' : `≤ ${target} ${unit}`.trim(), verdict, note ?? '']
  })
  return [['', 'median', 'spread', 'runs', 'target', '', ''], ['---', '---', '---', '---', '---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function digits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) < 0.1 ? 4 : 3)
}
