/** From a stored file's record to the file itself: inside the project's folder, present, and on demand proven to be the one written. */
import { statSync } from 'node:fs'
import type { StoredFile } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { hashFile } from '../files/hash-file.ts'
import { pathInside } from '../projects/project-folder.ts'

/** The path of a stored file that is there with its size; throws MEDIA_MISSING or MEDIA_CORRUPT. `subject` begins the sentence. */
export function requireStoredFile(folder: string, stored: StoredFile, subject: string): string {
  const path = pathInside(folder, stored.file)
  const info = path === null ? undefined : statSync(path, { throwIfNoEntry: false })
  if (path === null || !info?.isFile()) {
    throw new StudioError({
      code: 'MEDIA_MISSING', message: `${subject} is missing: ${stored.file} is not in the project folder.`,
      remedy: 'Put the file back, choose another take, or generate the shot again.',
    })
  }
  if (info.size !== stored.bytes) throw corrupt(subject, stored, `it holds ${info.size} bytes instead of ${stored.bytes}`)
  return path
}

/** As requireStoredFile, and reads the whole file to compare its sha256. */
export async function proveStoredFile(folder: string, stored: StoredFile, subject: string): Promise<string> {
  const path = requireStoredFile(folder, stored, subject)
  const { sha256 } = await hashFile(path)
  if (sha256 !== stored.sha256) throw corrupt(subject, stored, 'its content is another than what was written')
  return path
}

function corrupt(subject: string, stored: StoredFile, problem: string): StudioError {
  return new StudioError({
    code: 'MEDIA_CORRUPT', message: `${subject} is damaged: ${stored.file}: ${problem}.`,
    remedy: 'Restore the file from a backup, choose another take, or generate the shot again.', detail: stored.file,
  })
}
