/** A pack that is used where it lies: its folder among the installed ones holds the manifest and this file, which says where the rest is. */
import { z } from 'zod'

export const PACK_LINK_FILE = 'pack-link.json'
export const PackLinkSchema = z.strictObject({ folder: z.string().min(1).max(4_096) }).readonly()
