/** Refuses what will not fit before a byte is written. */
import { StudioError } from '#core/errors.ts'
import { formatBytes } from '#core/format-bytes.ts'
import type { PackDisk } from './download/pack-disk.ts'

/** Throws DISK_FULL, naming need and room. Where the system does not say how much is free, the attempt decides. */
export async function requireSpace(disk: PackDisk, folder: string, neededBytes: number, spareBytes: number, name: string): Promise<void> {
  const free = await disk.freeBytes(folder)
  if (free === null || free >= neededBytes + spareBytes) return
  throw new StudioError({
    code: 'DISK_FULL', message: `"${name}" needs ${formatBytes(neededBytes)} more, and ${formatBytes(spareBytes)} to spare; ${formatBytes(free)} is free on the disk that holds ${folder}.`,
    remedy: 'Free some space, or move the packs folder to a larger disk in the settings of the packs screen.',
  })
}
