/** Numbers as the interface writes them, for every catalogue of words. */

/** One decimal below ten, none above; none where it is zero. */
export function trimNumber(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0).replace(/\.0$/, '')
}

/** Two decimals at most: fine enough to tell any two frames apart. */
export function exactNumber(value: number): string {
  return String(Number(value.toFixed(2)))
}

/** "40 s", "4 min", "1.5 h": never more exact than it is. */
export function roundedTime(seconds: number): string {
  if (seconds < 1) return '1 s'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 60 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3_600).toFixed(1).replace(/\.0$/, '')} h`
}
