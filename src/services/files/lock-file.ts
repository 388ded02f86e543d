/** A lock between processes: a file that names its holder, and that outlives no crash. */
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { TEMPORARY_PREFIX } from './atomic-write.ts'
import { errorCode, writeError } from './file-errors.ts'

const HolderSchema = z.object({ token: z.string(), pid: z.int(), host: z.string(), processStart: z.string().nullable() })
export type LockHolder = Readonly<z.infer<typeof HolderSchema>>

export interface HeldLock {
  release(): void
}

export type LockOutcome = { readonly lock: HeldLock } | { readonly holder: LockHolder | null }

/** Locks that this process holds: another token with our process id was left by an earlier process of the same number. */
const heldTokens = new Set<string>()
const MAX_ATTEMPTS = 5

/** Takes the lock, reclaiming one whose process is gone; else says who holds it. Throws FOLDER_NOT_WRITABLE or DISK_FULL. */
export function tryLock(file: string): LockOutcome {
  const own: LockHolder = { token: randomUUID(), pid: process.pid, host: hostname(), processStart: processStart(process.pid) }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (create(file, own)) {
      heldTokens.add(own.token)
      return { lock: { release: () => release(file, own.token) } }
    }
    const holder = readHolder(file)
    if (holder && isAlive(holder)) return { holder }
    removeStale(file, holder)
  }
  return { holder: null }
}

/** The living process that holds a lock, this one included; null where it is free. */
export function lockHolder(file: string): LockHolder | null {
  const holder = readHolder(file)
  return holder !== null && isAlive(holder) ? holder : null
}

/** Disks without hard links (exFAT, some shares) get an exclusive create instead. */
const NO_LINKS: ReadonlySet<string | null> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'])

/** Hard links fail where the name exists, and the content is there from the first moment. */
function create(file: string, holder: LockHolder): boolean {
  const temporary = join(dirname(file), `${TEMPORARY_PREFIX}${holder.token}`)
  try {
    writeFileSync(temporary, JSON.stringify(holder))
    claim(temporary, file)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw writeError(error, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function claim(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    if (!NO_LINKS.has(errorCode(error))) throw error
    writeFileSync(file, readFileSync(temporary), { flag: 'wx' })
  }
}

/** Moves the dead lock away; puts it back if another process was quicker and what was moved is its living one. */
function removeStale(file: string, stale: LockHolder | null): void {
  const aside = join(dirname(file), `${TEMPORARY_PREFIX}stale-${randomUUID()}`)
  try {
    renameSync(file, aside)
    const moved = readHolder(aside)
    if (moved && moved.token !== stale?.token) claim(aside, file)
  } catch (error) {
    // ENOENT: another process moved it first. EEXIST: another one took the lock meanwhile. The next attempt sees which.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw writeError(error, file)
  } finally {
    rmSync(aside, { force: true })
  }
}

function release(file: string, token: string): void {
  if (!heldTokens.delete(token)) return
  if (readHolder(file)?.token === token) rmSync(file, { force: true })
}

function readHolder(file: string): LockHolder | null {
  try {
    return HolderSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Gone or unreadable: nobody's lock.
    return null
  }
}

function isAlive(holder: LockHolder): boolean {
  // Processes of another computer cannot be looked at: its lock stands.
  if (holder.host !== hostname()) return true
  if (holder.pid === process.pid) return heldTokens.has(holder.token)
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  return holder.processStart === null || processStart(holder.pid) === holder.processStart
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
