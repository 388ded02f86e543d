/** Numbers of bytes and seconds as people read them, the same in every face of the studio. */

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** "2.84 GB", "12 MB", "640 bytes": decimal units, as disks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999 600 bytes would round to "1000 kB".
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${UNITS[unit]}`
}
