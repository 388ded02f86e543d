/** Removes what a killed process left half written: only names that this program gives to unfinished things. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TEMPORARY_PREFIX } from './atomic-write.ts'

/** Sweeps these folders (not what lies below them); call it only while nobody else writes there. */
export function sweepTemporaries(folders: readonly string[]): void {
  for (const folder of folders) {
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder)) {
      if (name.startsWith(TEMPORARY_PREFIX)) rmSync(join(folder, name), { recursive: true, force: true })
    }
  }
}
