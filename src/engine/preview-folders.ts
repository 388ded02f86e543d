/** Where step previews lie: in the system's temporary folder, a folder a job, gone when they are of no more use. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PreviewFolders {
  /** A new folder; the one before goes: a window may show the last picture of a job until the next one starts, not longer. */
  next(): Promise<string>
  dispose(): Promise<void>
}

const PREFIX = 'shotwright-previews-'

/** The first call also sweeps what engines left behind that were killed. */
export function createPreviewFolders(parent = tmpdir()): PreviewFolders {
  let current: string | null = null
  let isSwept = false

  async function dispose(): Promise<void> {
    const folder = current
    current = null
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }

  return {
    dispose,
    async next() {
      await dispose()
      if (!isSwept) await sweep(parent)
      isSwept = true
      current = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`))
      return current
    },
  }
}

async function sweep(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []) // An unreadable folder shows itself when the preview folder is made.
  for (const name of names) {
    const pid = Number(/^shotwright-previews-(\d+)-/.exec(name)?.[1])
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined) // Somebody else's: left to them.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
