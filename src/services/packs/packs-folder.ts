/** Moves every installed pack to another folder: renamed on the same disk, else copied, proven and only then removed. */
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { flushFolder, TEMPORARY_PREFIX } from '../files/atomic-write.ts'
import { errorCode, writeError } from '../files/file-errors.ts'
import { sweepTemporaries } from '../files/sweep-temporaries.ts'
import { requireSpace } from './disk-space.ts'
import { isInstallFolder } from './download/install-folder.ts'
import type { PackDisk } from './download/pack-disk.ts'
import { linkTarget } from './pack-link.ts'
import { readManifest } from './pack-registry.ts'
import { verifyPackFiles } from './verify-files.ts'
import { packFilesOf } from '#contracts/pack-manifest.ts'

/** The folder, made and with links resolved. Throws INVALID_INPUT, FOLDER_NOT_WRITABLE. */
export function preparePacksFolder(asked: string, current: string): string {
  if (!isAbsolute(asked) || asked.includes('\0')) throw refused(asked, 'it is not a whole path', 'Give the folder’s whole path, from the root or the drive.')
  try {
    mkdirSync(asked, { recursive: true })
  } catch (error) {
    throw writeError(error, join(asked, 'packs'))
  }
  const folder = realpathSync(asked)
  const own = existsSync(current) ? realpathSync(current) : current
  if (folder !== own && folder.startsWith(own + sep)) throw refused(asked, 'it lies in the packs folder itself', 'Choose a folder elsewhere.')
  if (existsSync(join(folder, 'pack.json'))) throw refused(asked, 'it is a pack', 'Choose the folder that is to hold the packs.')
  return folder
}

/** Answers with the number of packs moved; other folders stay. Each pack is in exactly one of both folders, whole, whenever this stops. */
export async function movePacks(from: string, to: string, disk: PackDisk, spareBytes: number, signal: AbortSignal): Promise<number> {
  if (from === to || !existsSync(from)) return 0
  sweepTemporaries([to])
  // A folder that a person chose may hold anything besides packs.
  const names = readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (isInstallFolder(entry.name) || (!entry.name.startsWith('.') && existsSync(join(from, entry.name, 'pack.json')))))
    .map(({ name }) => name)
  const taken = names.find((name) => existsSync(join(to, name)))
  if (taken !== undefined) throw new StudioError({ code: 'FILE_EXISTS', message: `${join(to, taken)} is there already.`, remedy: 'Remove or rename it, or choose an empty folder.' })
  let moved = 0
  for (const name of names) {
    if (signal.aborted) continue
    await moveOne(join(from, name), join(to, name), to, disk, spareBytes, signal)
    if (!isInstallFolder(name)) moved += 1
  }
  return moved
}

async function moveOne(source: string, target: string, to: string, disk: PackDisk, spareBytes: number, signal: AbortSignal): Promise<void> {
  try {
    renameSync(source, target)
    return
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw writeError(error, target)
  }
  const isPack = existsSync(join(source, 'pack.json')) && linkTarget(source) === null
  if (isPack) await requireSpace(disk, to, packFilesOf(readManifest(source)).reduce((sum, { bytes }) => sum + bytes, 0), spareBytes, source)
  const temporary = join(to, `${TEMPORARY_PREFIX}${target.slice(to.length + 1)}`)
  try {
    await cp(source, temporary, { recursive: true, errorOnExist: true })
    const bad = isPack ? await verifyPackFiles(temporary, readManifest(temporary), signal, () => { /* The move as a whole has no course to tell. */ }) : []
    if (bad[0]) throw new StudioError({ code: 'MODEL_CORRUPT', message: `${bad[0].file} of ${source} did not arrive whole in ${to}.`, remedy: 'Verify the pack where it is, and move the folder again.' })
    renameSync(temporary, target)
    flushFolder(to)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw writeError(error, target)
  }
  await rm(source, { recursive: true, force: true })
}

function refused(asked: string, problem: string, remedy: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message: `"${asked.slice(0, 200)}" cannot be the packs folder: ${problem}.`, remedy })
}
