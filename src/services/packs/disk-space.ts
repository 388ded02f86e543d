/** Refuses what will not fit before a byte is written. */
import { StudioError } from '#core/errors.ts'
import type { PackDisk } from './download/pack-disk.ts'

/** Throws DISK_FULL, naming need and room. Where the system does not say how much is free, the attempt decides. */
export async function requireSpace(disk: PackDisk, folder: string, neededBytes: number, spareBytes: number, name: string): Promise<void> {
  const free = await disk.freeBytes(folder)
  if (free === null || free >= neededBytes + spareBytes) return
  throw new StudioError({
    code: 'DISK_FULL', message: `"${name}" needs ${readableBytes(neededBytes)} more, and ${readableBytes(spareBytes)} to spare; ${readableBytes(free)} is free on the disk that holds ${folder}.`,
    remedy: 'Free some space, or move the packs folder to a larger disk in the settings of the packs screen.',
  })
}

/** "2.84 GB", "12 MB": decimal units, as disks are sold. */
export function readableBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`
}
