/** What bringing in packs asks of the disk; tests put one in its place that fills up. */
import { mkdirSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeError } from '../../files/file-errors.ts'

export interface PackFileWriter {
  write(chunk: Uint8Array): Promise<void>
  /** Makes what was written durable. */
  flush(): Promise<void>
  close(): Promise<void>
}

export interface PackDisk {
  /** null where the system does not say. */
  freeBytes(folder: string): Promise<number | null>
  /** Opens for writing at a position and cuts off what lies behind it; makes folders. Throws FOLDER_NOT_WRITABLE or DISK_FULL, as the writer does. */
  openAt(file: string, position: number): Promise<PackFileWriter>
}

export function systemPackDisk(): PackDisk {
  return {
    freeBytes: async (folder) => {
      const disk = await statfs(folder).catch(() => null)
      return disk && disk.bavail * disk.bsize
    },
    openAt: (file, position) => naming(file, async () => {
      mkdirSync(dirname(file), { recursive: true })
      const handle = await open(file, position === 0 ? 'w' : 'r+')
      let at = position
      await handle.truncate(position)
      return {
        write: (chunk) => naming(file, async () => {
          let done = 0
          while (done < chunk.byteLength) {
            const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, at)
            done += bytesWritten
            at += bytesWritten
          }
        }),
        flush: () => naming(file, () => handle.datasync()),
        close: () => handle.close(),
      }
    }),
  }
}

async function naming<Value>(file: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action()
  } catch (error) {
    throw writeError(error, file)
  }
}
