/** Keeps two processes from editing one project: a lock file that names its holder and outlives no crash. */
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { StudioError } from '#core/errors.ts'
import { errorCode, fileError } from '../files/file-errors.ts'
import { TEMPORARY_PREFIX } from '../files/atomic-write.ts'

const LOCK_FILE = '.shotwright.lock'
const LockSchema = z.object({ token: z.string(), pid: z.int(), host: z.string(), processStart: z.string().nullable() })
type Lock = z.infer<typeof LockSchema>

export interface ProjectLock {
  release(): void
}

/** Locks that this process holds: another token with our process id was left by an earlier process of the same number. */
const heldTokens = new Set<string>()

/** Takes the lock, reclaiming one whose process is gone; throws PROJECT_LOCKED naming the holder. */
export function lockProject(folder: string, title: string): ProjectLock {
  const file = join(folder, LOCK_FILE)
  const own: Lock = { token: randomUUID(), pid: process.pid, host: hostname(), processStart: processStart(process.pid) }
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (tryCreate(folder, file, own)) {
      heldTokens.add(own.token)
      return { release: () => release(file, own.token) }
    }
    const holder = readLock(file)
    if (holder && isAlive(holder)) throw projectLocked(title, holder)
    removeStale(folder, file, holder)
  }
  throw projectLocked(title, null)
}

/** Hard links fail where the name exists, and the content is there from the first moment. */
function tryCreate(folder: string, file: string, lock: Lock): boolean {
  const temporary = join(folder, `${TEMPORARY_PREFIX}${lock.token}`)
  try {
    writeFileSync(temporary, JSON.stringify(lock))
    claim(temporary, file)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw fileError(error, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** True where a living process, this one included, holds the project. */
export function isProjectLocked(folder: string): boolean {
  const holder = readLock(join(folder, LOCK_FILE))
  return holder !== null && isAlive(holder)
}

/** Disks without hard links (exFAT, some shares) get an exclusive create instead. */
const NO_LINKS: ReadonlySet<string | null> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'])

function claim(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    if (!NO_LINKS.has(errorCode(error))) throw error
    writeFileSync(file, readFileSync(temporary), { flag: 'wx' })
  }
}

/** Moves the dead lock away; puts it back if another process was quicker and what was moved is its living one. */
function removeStale(folder: string, file: string, stale: Lock | null): void {
  const aside = join(folder, `${TEMPORARY_PREFIX}stale-${randomUUID()}`)
  try {
    renameSync(file, aside)
    const moved = readLock(aside)
    if (moved && moved.token !== stale?.token) linkSync(aside, file)
  } catch (error) {
    // ENOENT: another process moved it first. EEXIST: another one took the lock meanwhile. The next attempt sees which.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw fileError(error, file)
  } finally {
    rmSync(aside, { force: true })
  }
}

function release(file: string, token: string): void {
  if (!heldTokens.delete(token)) return
  if (readLock(file)?.token === token) rmSync(file, { force: true })
}

function readLock(file: string): Lock | null {
  try {
    return LockSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Gone or unreadable: nobody's lock.
    return null
  }
}

function isAlive(lock: Lock): boolean {
  // Processes of another computer cannot be looked at: its lock stands.
  if (lock.host !== hostname()) return true
  if (lock.pid === process.pid) return heldTokens.has(lock.token)
  try {
    process.kill(lock.pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  return lock.processStart === null || processStart(lock.pid) === lock.processStart
}

/** When a process began, as Linux counts it: a reused process number is told from the old one by it. null elsewhere. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    // Not Linux, or gone.
    return null
  }
}

function projectLocked(title: string, holder: Lock | null): StudioError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process'
  return new StudioError({
    code: 'PROJECT_LOCKED',
    message: `"${title}" is open in another Shotwright (${who}).`,
    remedy: 'Close it there, or work on it there.',
  })
}
