/** Where things lie in a project's folder, and the only way from a stored name to a path: below that folder, or not at all. */
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { writeError } from '../files/file-errors.ts'

export const PROJECT_FILE = 'project.json'
const SUBFOLDERS = ['media', 'takes', 'exports'] as const

export function projectFile(folder: string): string {
  return join(folder, PROJECT_FILE)
}
export function mediaFolder(folder: string): string {
  return join(folder, 'media')
}
export function takesFolder(folder: string): string {
  return join(folder, 'takes')
}
export function exportsFolder(folder: string): string {
  return join(folder, 'exports')
}

/** Makes a project's folder with its parts; throws FOLDER_NOT_WRITABLE or DISK_FULL. */
export function makeProjectFolder(folder: string): void {
  try {
    for (const name of SUBFOLDERS) mkdirSync(join(folder, name), { recursive: true })
  } catch (error) {
    throw writeError(error, join(folder, PROJECT_FILE))
  }
}

/** Refuses a folder that already holds something, so that a new project never mixes with what is there. */
export function requireEmptyFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new StudioError({
      code: 'FILE_EXISTS', message: `The folder ${folder} is not empty.`, remedy: 'Choose an empty or a new folder, or open the project that is there.',
    })
  }
}

/** A folder below `parent` that does not exist yet, named after the title. */
export function freeProjectFolder(parent: string, title: string): string {
  const name = safeName(title)
  for (let attempt = 1; ; attempt += 1) {
    const folder = join(parent, attempt === 1 ? name : `${name}-${attempt}`)
    if (!existsSync(folder)) return folder
  }
}

/** Names that Windows keeps for devices. */
const DEVICE_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** A file name that every system takes, from any text: lowercase ASCII letters, digits and dashes. */
export function safeName(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const name = plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 60)
  return name === '' || DEVICE_NAMES.test(name) ? `project-${name}`.replace(/-$/, '') : name
}

/**
 * The path of a stored file, or null where the name leads out of the folder: absolute, with `..`, or through a link.
 * A file that does not exist has a path nevertheless.
 */
export function pathInside(folder: string, relative: string): string | null {
  if (relative === '' || /[\0\\]/.test(relative) || isAbsolute(relative) || /^[A-Za-z]:/.test(relative)) return null
  const path = normalize(join(folder, relative))
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null
  return isInsideWithLinks(folder, path) ? path : null
}

function isInsideWithLinks(folder: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder) + sep)
  } catch {
    // It does not exist, so it leads nowhere; opening it will say that it is missing.
    return true
  }
}
