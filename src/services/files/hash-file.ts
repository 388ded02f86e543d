/** sha256 and size of files, read in pieces so that memory does not grow with the file. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { fileError } from './file-errors.ts'

export interface FileFingerprint {
  readonly bytes: number
  readonly sha256: string
}

export async function hashFile(file: string): Promise<FileFingerprint> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).byteLength
    }
  } catch (error) {
    throw fileError(error, file)
  }
  return { bytes, sha256: hash.digest('hex') }
}

export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
