/** Replaces a file so that after any crash either the old or the new content is there, whole. */
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeError } from './file-errors.ts'

/** Names of files that a crash left half written start with this; they are safe to delete. */
export const TEMPORARY_PREFIX = '.tmp-'

/** Writes to a unique temporary file beside the target, flushes it, renames it, and flushes the folder. */
export function writeFileAtomically(file: string, content: string | Uint8Array): void {
  const folder = dirname(file)
  const temporary = join(folder, `${TEMPORARY_PREFIX}${randomUUID()}-${basename(file).slice(0, 60)}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeAndFlush(temporary, typeof content === 'string' ? Buffer.from(content, 'utf8') : content)
    renameSync(temporary, file)
    flushFolder(folder)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw writeError(error, file)
  }
}

/** Makes a rename or a new name in the folder durable. */
export function flushFolder(folder: string): void {
  // Windows cannot open folders; its renames are journalled by NTFS.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function writeAndFlush(file: string, content: Uint8Array): void {
  const handle = openSync(file, 'wx', 0o644)
  try {
    let written = 0
    while (written < content.byteLength) written += writeSync(handle, content, written)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
