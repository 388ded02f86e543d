/** Writing a file that exists whole or not at all: temporary beside it, check, sync, rename, sync of the folder. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, open, readdir, rename, rm, stat, statfs, unlink } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { WrittenFile } from '../media-port.ts'

export interface VerifiedWrite {
  /** Absolute path of the file to be. */
  readonly file: string
  readonly overwrite: boolean
  /** What the file will need at most, for a check before hours of work; 0 skips it. */
  readonly estimatedBytes: number
}

const TEMPORARY_NAME = /^\.shotwright-(\d+)-[0-9a-f]{12}\.part(\.[A-Za-z0-9]{1,8})?$/
/** A temporary of a dead process this old belongs to nobody: pids of other machines on a shared folder do not count as dead sooner. */
const STALE_AFTER_MS = 10 * 60_000

/**
 * Runs `write` on a temporary path in the target's folder and puts the result under its final name.
 * Throws FILE_EXISTS, FOLDER_NOT_WRITABLE, DISK_FULL, or what `write` throws; then nothing is left and an existing file is as it was.
 */
export async function writeVerified<T extends object>(target: VerifiedWrite, write: (temporary: string) => Promise<T>): Promise<T & WrittenFile> {
  const folder = dirname(target.file)
  const temporary = temporaryBeside(target.file, extname(target.file).slice(0, 9))
  await refuseExisting(target)
  await requireSpace(folder, target.estimatedBytes)
  await removeStaleTemporaries(folder)
  try {
    // Made by us first: a folder that cannot be written to shows itself before any work is done.
    await (await open(temporary, 'wx')).close()
    const result = await write(temporary)
    await syncFile(temporary)
    const proof = await fileProof(temporary)
    await publish(temporary, target)
    await syncFolder(folder)
    return { ...result, ...proof }
  } catch (error) {
    throw asFileError(error, target.file)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined) // Gone after the rename, or in a folder that just went away.
  }
}

/** A free name in the target's folder (same disk, so that a rename is one step); names of dead processes are swept there. */
export function temporaryBeside(file: string, extension: string): string {
  return join(dirname(file), `.shotwright-${process.pid}-${randomBytes(6).toString('hex')}.part${extension}`)
}

/** Size and sha256 (lowercase hex) of a file, read as a stream. */
export async function fileProof(file: string, signal?: AbortSignal): Promise<WrittenFile> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    if (signal?.aborted) throw new CancelledError()
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Throws DISK_FULL where the folder's disk has less room than a file is estimated to need. */
export async function requireSpace(folder: string, estimatedBytes: number): Promise<void> {
  if (estimatedBytes <= 0) return
  // A file system that does not tell (or a folder that is not there: seen a moment later) is no reason to refuse.
  const disk = await statfs(folder).catch(() => null)
  if (!disk) return
  const free = disk.bavail * disk.bsize
  if (free >= estimatedBytes) return
  throw diskFull(`The file needs up to ${megabytes(estimatedBytes)}; ${megabytes(free)} is free in ${folder}.`)
}

async function refuseExisting(target: VerifiedWrite): Promise<void> {
  const existing = await stat(target.file).catch(() => null)
  if (!existing) return
  if (existing.isDirectory()) {
    throw new StudioError({ code: 'FILE_EXISTS', message: `${target.file} is a folder.`, remedy: 'Choose a file name inside it.' })
  }
  if (!target.overwrite) throw fileExists(target.file)
}

/** Under its final name in one step. Where nothing may be replaced, a hard link fails if someone else was faster; a rename would not. */
async function publish(temporary: string, target: VerifiedWrite): Promise<void> {
  if (target.overwrite) return rename(temporary, target.file)
  try {
    await link(temporary, target.file)
    await unlink(temporary)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw fileExists(target.file)
    // FAT and some network folders know no links.
    await refuseExisting(target)
    await rename(temporary, target.file)
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the new name itself durable. Windows cannot open folders, and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what a killed process left half written. */
async function removeStaleTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const pid = TEMPORARY_NAME.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const file = join(folder, name)
    const info = await stat(file).catch(() => null)
    if (info && Date.now() - info.mtimeMs > STALE_AFTER_MS) await rm(file, { force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'ENAMETOOLONG', 'ELOOP'])
const FULL = new Set(['ENOSPC', 'EDQUOT'])

function asFileError(error: unknown, file: string): unknown {
  const code = errorCode(error)
  if (code === null || error instanceof StudioError) return error
  if (FULL.has(code)) return diskFull(`The disk is full: ${basename(file)} could not be written.`, error)
  if (UNWRITABLE.has(code)) {
    return new StudioError({
      code: 'FOLDER_NOT_WRITABLE', message: `${basename(file)} cannot be written in ${dirname(file)}.`,
      remedy: 'Choose a folder that exists and that you may write to.', detail: String(error), cause: error,
    })
  }
  return error
}

function fileExists(file: string): StudioError {
  return new StudioError({ code: 'FILE_EXISTS', message: `${file} already exists.`, remedy: 'Choose another name, or allow overwriting.' })
}

function diskFull(message: string, cause?: unknown): StudioError {
  return new StudioError({ code: 'DISK_FULL', message, remedy: 'Free some space or choose another folder, then try again.', cause })
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`
}
