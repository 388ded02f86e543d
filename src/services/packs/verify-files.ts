/** Hashes every file of a pack and says which do not match; one bad file hides no other. */
import { createHash } from 'node:crypto'
import { createReadStream, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { packFilesOf, type PackFile, type PackManifest } from '#contracts/pack-manifest.ts'
import type { BadPackFile } from '#contracts/studio-api.ts'
import { CancelledError } from '#core/errors.ts'

export interface VerifyProgress {
  readonly file: string
  readonly completedBytes: number
  readonly totalBytes: number
}

/** Reads at the disk's pace; `onProgress` is called for each piece. */
export async function verifyPackFiles(filesFolder: string, manifest: PackManifest, signal: AbortSignal, onProgress: (progress: VerifyProgress) => void): Promise<readonly BadPackFile[]> {
  const files = packFilesOf(manifest)
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const bad: BadPackFile[] = []
  let before = 0
  for (const file of files) {
    const problem = await problemOf(filesFolder, file, signal, (bytes) => onProgress({ file: file.file, completedBytes: before + bytes, totalBytes }))
    if (problem) bad.push({ file: file.file, bytes: file.bytes, problem })
    before += file.bytes
    onProgress({ file: file.file, completedBytes: before, totalBytes })
  }
  return bad
}

async function problemOf(folder: string, { file, bytes, sha256 }: PackFile, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<BadPackFile['problem'] | null> {
  const path = join(folder, file)
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info?.isFile()) return 'missing'
  if (!realpathSync(path).startsWith(realpathSync(folder) + sep)) return 'link'
  if (info.size !== bytes) return 'size'
  const hash = createHash('sha256')
  let done = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
      hash.update(chunk as Buffer)
      done += (chunk as Buffer).byteLength
      onBytes(done)
    }
  } catch (error) {
    if (signal.aborted) throw new CancelledError()
    // A disk that cannot give the file back, a drive that was pulled: the file is as good as gone.
    if ((error as NodeJS.ErrnoException).code !== undefined) return 'missing'
    throw error
  }
  return hash.digest('hex') === sha256 ? null : 'contents'
}
