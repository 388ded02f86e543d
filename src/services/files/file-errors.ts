/** Turns what the file system refuses into errors that tell people which file and what to do. */
import { dirname } from 'node:path'
import { StudioError, type StudioErrorCode } from '#core/errors.ts'

interface Translation {
  readonly code: StudioErrorCode
  readonly message: (file: string) => string
  readonly remedy: string
}

const NOT_WRITABLE: Translation = {
  code: 'FOLDER_NOT_WRITABLE',
  message: (file) => `The folder ${dirname(file)} cannot be written to.`,
  remedy: 'Choose another folder, or allow writing to this one.',
}
const DISK_FULL: Translation = {
  code: 'DISK_FULL',
  message: (file) => `There is no space left on the disk that holds ${dirname(file)}.`,
  remedy: 'Free some space or choose a folder on another disk; nothing that was confirmed is lost.',
}
const MISSING: Translation = {
  code: 'MEDIA_MISSING',
  message: (file) => `The file ${file} is not there.`,
  remedy: 'Put the file back where it was, or choose another one.',
}

const DAMAGED: Translation = {
  code: 'LIBRARY_CORRUPT',
  message: (file) => `The library ${file} is damaged.`,
  remedy: 'Close and open the studio: it keeps the damaged file aside and makes a new one from the project folders.',
}
const BUSY: Translation = {
  code: 'NOT_READY',
  message: (file) => `The library ${file} is in use by another process.`,
  remedy: 'Wait a moment, then try again.',
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = Object.freeze({
  EACCES: NOT_WRITABLE, EPERM: NOT_WRITABLE, EROFS: NOT_WRITABLE, ENOTDIR: NOT_WRITABLE, EEXIST: NOT_WRITABLE,
  SQLITE_READONLY: NOT_WRITABLE, SQLITE_CANTOPEN: NOT_WRITABLE,
  ENOSPC: DISK_FULL, EDQUOT: DISK_FULL, SQLITE_FULL: DISK_FULL,
  ENOENT: MISSING,
  SQLITE_IOERR: NOT_WRITABLE, SQLITE_CORRUPT: DAMAGED, SQLITE_NOTADB: DAMAGED, SQLITE_BUSY: BUSY,
})

/** The StudioError for a failed access to `file`; errors of other kinds pass through. */
export function fileError(error: unknown, file: string): unknown {
  const code = errorCode(error)
  const translation = code === null ? undefined : (TRANSLATIONS[code] ?? TRANSLATIONS[code.split('_').slice(0, 2).join('_')])
  if (!translation) return error
  return new StudioError({
    code: translation.code, message: translation.message(file), remedy: translation.remedy, detail: code ?? '', cause: error,
  })
}

/** As `fileError`, for something that was to be made: what is missing then is the folder, which cannot be made. */
export function writeError(error: unknown, file: string): unknown {
  return fileError(errorCode(error) === 'ENOENT' ? Object.assign(new Error('No such folder', { cause: error }), { code: 'ENOTDIR' }) : error, file)
}

/** `ENOENT`, `SQLITE_FULL` … or null where an error carries no such code. */
export function errorCode(error: unknown): string | null {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}
