/** Proves that a pack's files are the ones its manifest names: bytes and sha256, before any of them is loaded. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { manifestDigest, packFilesOf } from '#contracts/pack-manifest.ts'
import type { PackComponentName, PackFile, PackManifest } from '#contracts/pack-manifest.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import { loadManifest } from './load-manifest.ts'

export interface VerifiedPack {
  readonly folder: string
  readonly manifest: PackManifest
  /** sha256 over the hashes of all files: the identity of what a pack computes. */
  readonly packDigest: string
  /** Of all files together. */
  readonly bytes: number
  /** Absolute path of each component's main file. */
  readonly files: Readonly<Partial<Record<PackComponentName, string>>>
}

export interface VerifyOptions {
  readonly signal?: AbortSignal
  /** Called as files are proven, with bytes done of all bytes. */
  readonly onProgress?: (completedBytes: number, totalBytes: number) => void
}

export interface PackVerifier {
  /**
   * Throws PACK_UNKNOWN, PACK_MALFORMED, MODEL_MISSING or MODEL_CORRUPT.
   * A file is hashed once: as long as its size, inode and times stay the same, later calls trust that.
   */
  verify(packFolder: string, options?: VerifyOptions): Promise<VerifiedPack>
  /** How many files were hashed so far; tests assert what was cached. */
  hashedFiles(): number
}

export function createPackVerifier(): PackVerifier {
  const proven = new Map<string, string>()
  let hashed = 0

  async function verify(packFolder: string, options: VerifyOptions = {}): Promise<VerifiedPack> {
    const { folder, manifest } = await loadManifest(packFolder)
    const files = packFilesOf(manifest)
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
    let completedBytes = 0
    for (const file of files) {
      await proveFile(folder, manifest.name, file, options.signal)
      completedBytes += file.bytes
      options.onProgress?.(completedBytes, totalBytes)
    }
    return { folder, manifest, packDigest: manifestDigest(manifest), bytes: totalBytes, files: pathsOf(folder, manifest) }
  }

  async function proveFile(folder: string, packName: string, file: PackFile, signal: AbortSignal | undefined): Promise<void> {
    const path = await resolveInside(folder, packName, file)
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true })
    if (Number(size) !== file.bytes) throw corrupt(packName, file, `it holds ${size} bytes where the manifest says ${file.bytes}`)
    const identity = `${path}|${size}|${mtimeNs}|${ctimeNs}|${ino}`
    let actual = proven.get(identity)
    if (actual === undefined) {
      actual = await sha256Of(path, signal)
      hashed += 1
      proven.set(identity, actual)
    }
    if (actual !== file.sha256) throw corrupt(packName, file, 'its contents are not those that the manifest names')
  }

  return { verify, hashedFiles: () => hashed }
}

function pathsOf(folder: string, manifest: PackManifest): VerifiedPack['files'] {
  return Object.fromEntries(Object.entries(manifest.components).flatMap(([name, component]) => (component === undefined ? [] : [[name, join(folder, component.file)]])))
}

/** The schema refuses `..` and absolute names; a link out of the folder is refused here. */
async function resolveInside(folder: string, packName: string, file: PackFile): Promise<string> {
  let path: string
  try {
    path = await realpath(join(folder, file.file))
  } catch (cause) {
    throw new StudioError({
      code: 'MODEL_MISSING',
      message: `The pack "${packName}" lacks the file ${file.file}.`,
      remedy: 'Install the pack again.',
      cause,
    })
  }
  const inside = relative(folder, path)
  if (inside.startsWith('..') || inside === '' || inside.startsWith(sep)) throw corrupt(packName, file, 'it is a link that leads out of the pack')
  return path
}

async function sha256Of(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal === undefined ? {} : { signal })
  } catch (error) {
    throw signal?.aborted === true ? new CancelledError() : error
  }
  return hash.digest('hex')
}

function corrupt(packName: string, file: PackFile, problem: string): StudioError {
  return new StudioError({
    code: 'MODEL_CORRUPT',
    message: `The file ${file.file} of the pack "${packName}" is damaged: ${problem}.`,
    remedy: 'Install the pack again; no other pack is affected.',
  })
}
