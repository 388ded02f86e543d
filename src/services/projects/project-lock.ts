/** Keeps two processes from editing one project. */
import { join } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { lockHolder, tryLock, type HeldLock, type LockHolder } from '../files/lock-file.ts'

const LOCK_FILE = '.shotwright.lock'

/** Takes a project's lock; throws PROJECT_LOCKED naming the project and its holder. */
export function lockProject(folder: string, title: string): HeldLock {
  const outcome = tryLock(join(folder, LOCK_FILE))
  if ('lock' in outcome) return outcome.lock
  throw projectLocked(title, outcome.holder)
}

/** True where a living process, this one included, holds the project. */
export function isProjectLocked(folder: string): boolean {
  return lockHolder(join(folder, LOCK_FILE)) !== null
}

function projectLocked(title: string, holder: LockHolder | null): StudioError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process'
  return new StudioError({
    code: 'PROJECT_LOCKED', message: `"${title}" is open in another Shotwright (${who}).`, remedy: 'Close it there, or work on it there.',
  })
}
