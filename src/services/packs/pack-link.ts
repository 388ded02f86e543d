/** Where a pack's files really lie: in its folder, or for a linked pack in the one that its link names. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACK_LINK_FILE, PackLinkSchema } from '#contracts/pack-link.ts'

/** null for a pack that is no link. */
export function linkTarget(folder: string): string | null {
  try {
    return PackLinkSchema.parse(JSON.parse(readFileSync(join(folder, PACK_LINK_FILE), 'utf8'))).folder
  } catch {
    // No link, or an unreadable one: the files are then looked for beside the manifest and reported missing.
    return null
  }
}

export function packFilesFolder(folder: string): string {
  return linkTarget(folder) ?? folder
}
