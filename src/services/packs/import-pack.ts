/** Brings in a pack from a folder or drive: copied and proven on the way, or proven and used where it lies. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, sep } from 'node:path'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Catalogue, CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { PACK_LINK_FILE } from '#contracts/pack-link.ts'
import { packFilesOf, PackManifestSchema, type PackManifest } from '#contracts/pack-manifest.ts'
import { writeFileAtomically } from '../files/atomic-write.ts'
import { fileError } from '../files/file-errors.ts'
import type { FileFingerprint } from '../files/hash-file.ts'
import { completeManifest } from './community-manifest.ts'
import { requireSpace } from './disk-space.ts'
import type { PackPorts } from './download/download-pack.ts'
import { editionDigest, InstallFolder } from './download/install-folder.ts'
import type { InstallReport } from './install-report.ts'
import { requireExternalData } from './onnx-external-data.ts'

/** What a folder was recognised as. */
export interface ImportSource {
  /** Absolute, links resolved. */
  readonly folder: string
  readonly packId: string
  readonly name: string
  readonly entry: CatalogueEntry | null
  /** null for a community folder: its manifest is made from what is there. */
  readonly manifest: PackManifest | null
  readonly files: readonly SourceFile[]
}

interface SourceFile {
  readonly file: string
  readonly bytes: number
  readonly sha256: string | null
}

/** Looks at a folder without changing anything. Throws PACK_UNKNOWN, PACK_MALFORMED or MODEL_MISSING. */
export function recognise(asked: string, catalogue: Catalogue, entryId: string | null): ImportSource {
  const folder = requireFolder(asked)
  if (existsSync(join(folder, 'pack.json'))) {
    const manifest = readManifest(folder)
    const entry = catalogue.entries.find(({ packId }) => packId === manifest.id) ?? null
    return { folder, packId: manifest.id, name: manifest.name, entry, manifest, files: packFilesOf(manifest) }
  }
  const entry = catalogue.entries.filter(({ kind }) => kind === 'community').find((candidate) => (entryId === null ? lacks(candidate, folder) === null : candidate.id === entryId))
  if (!entry) {
    throw new StudioError({
      code: 'PACK_UNKNOWN', message: `${folder} holds no pack.json, and is not laid out like any folder of the catalogue.`,
      remedy: 'Choose the folder that holds pack.json. A diffusers folder is turned into a pack by models/export first.',
    })
  }
  const missing = lacks(entry, folder)
  if (missing !== null) throw new StudioError({ code: 'MODEL_MISSING', message: `${folder} lacks ${missing}, which "${entry.name}" needs.`, remedy: 'Fetch that file too, keep the folders as the publisher has them, and import again.' })
  const files = entry.files.flatMap(({ file, sha256 }) => {
    const size = sizeOf(folder, file)
    return size === null ? [] : [{ file, bytes: size, sha256 }]
  })
  return { folder, packId: entry.packId, name: entry.name, entry, manifest: null, files }
}

/** Copies or links what was recognised. Throws DISK_FULL, MODEL_CORRUPT, FILE_EXISTS or CancelledError. */
export async function importPack(source: ImportSource, mode: 'copy' | 'link', ports: PackPorts, report: InstallReport, signal: AbortSignal): Promise<void> {
  if (ports.isInstalled(source.packId)) {
    throw new StudioError({ code: 'FILE_EXISTS', message: `The pack "${source.name}" is installed already.`, remedy: 'Remove the installed one first if this is to take its place.' })
  }
  const target = join(ports.packsFolder, source.packId)
  if (existsSync(target) && realpathSync(target) === source.folder) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `${source.folder} lies in the packs folder already.`, remedy: 'Verify the pack there, or choose the folder that it came from.' })
  }
  const folder = new InstallFolder(ports.packsFolder, `import-${source.packId}`)
  const lock = await folder.lock(ports.clock, ports.limits.lockPollMs, signal, () => report.state('waiting'))
  try {
    report.state('running')
    const totalBytes = source.files.reduce((sum, { bytes }) => sum + bytes, 0)
    folder.begin({ installId: `import-${source.packId}`, kind: 'import', entryId: source.entry?.id ?? null, packId: source.packId, name: source.name, totalBytes, editionDigest: editionDigest([source.folder, mode]) })
    report.plan({ fileCount: source.files.length, totalBytes })
    report.unchecked(source.files.filter(({ sha256 }) => sha256 === null).map(({ file }) => file))
    if (mode === 'copy') await requireSpace(ports.disk, folder.folder, totalBytes, ports.limits.spareBytes, source.name)
    const measured = await bring(source, mode, folder, ports, report, signal)
    report.state('checking')
    const manifest = source.manifest ?? completeManifest(source.entry as CatalogueEntry, measured)
    requireExternalData(mode === 'copy' ? folder.files : source.folder, manifest)
    mkdirSync(folder.files, { recursive: true })
    writeFileAtomically(join(folder.files, 'pack.json'), canonicalJson(manifest, 2))
    if (mode === 'link') writeFileAtomically(join(folder.files, PACK_LINK_FILE), canonicalJson({ folder: source.folder }, 2))
    folder.publish(target, ports.packsFolder)
    folder.remove()
  } catch (error) {
    // The source is still there: half a copy is of no use to anybody.
    folder.remove()
    throw error
  } finally {
    lock.release()
  }
}

async function bring(source: ImportSource, mode: 'copy' | 'link', folder: InstallFolder, ports: PackPorts, report: InstallReport, signal: AbortSignal): Promise<ReadonlyMap<string, FileFingerprint>> {
  const measured = new Map<string, FileFingerprint>()
  let before = 0
  for (const [index, file] of source.files.entries()) {
    report.file(file.file, index + 1)
    const target = mode === 'copy' ? join(folder.files, file.file) : null
    const print = await readThrough(inside(source.folder, file.file), target, ports, signal, (bytes) => report.bytes(before + bytes))
    if (print.bytes !== file.bytes || (file.sha256 !== null && print.sha256 !== file.sha256)) {
      throw new StudioError({
        code: 'MODEL_CORRUPT', message: `${file.file} in ${source.folder} is damaged: its contents are not those that ${source.manifest ? 'pack.json' : 'the catalogue'} names.`,
        remedy: 'Fetch that file again where the folder came from; nothing was installed.',
      })
    }
    measured.set(file.file, print)
    before += file.bytes
  }
  return measured
}

/** Hashes a file, and copies it on the way where there is a target. */
async function readThrough(from: string, target: string | null, ports: PackPorts, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<FileFingerprint> {
  const hash = createHash('sha256')
  const writer = target === null ? null : await ports.disk.openAt(target, 0)
  let bytes = 0
  try {
    for await (const chunk of readable(from, signal)) {
      await writer?.write(chunk)
      hash.update(chunk)
      bytes += chunk.byteLength
      onBytes(bytes)
    }
    await writer?.flush()
  } finally {
    await writer?.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function* readable(file: string, signal: AbortSignal): AsyncIterable<Buffer> {
  try {
    yield* createReadStream(file, { highWaterMark: 1 << 20, signal }) as AsyncIterable<Buffer>
  } catch (error) {
    throw signal.aborted ? new CancelledError() : fileError(error, file)
  }
}

function requireFolder(asked: string): string {
  if (!isAbsolute(asked)) throw new StudioError({ code: 'INVALID_INPUT', message: `"${asked.slice(0, 200)}" is not a whole path.`, remedy: 'Give the folder’s whole path, from the root or the drive.' })
  try {
    const folder = realpathSync(asked)
    if (statSync(folder).isDirectory()) return folder
  } catch {
    // It is not there; said below.
  }
  throw new StudioError({ code: 'NOT_FOUND', message: `There is no folder ${asked}.`, remedy: 'Check the path, or connect the drive.' })
}

function readManifest(folder: string): PackManifest {
  const file = join(folder, 'pack.json')
  let value: unknown = null
  try {
    if (statSync(file).size < 2_000_000) value = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // No JSON: the schema says so.
  }
  const outcome = PackManifestSchema.safeParse(value)
  if (outcome.success) return outcome.data
  throw new StudioError({
    code: 'PACK_MALFORMED', message: `${file} is malformed: ${outcome.error.issues[0]?.path.map(String).join('.') ?? ''}: ${outcome.error.issues[0]?.message ?? ''}.`,
    remedy: 'Fetch or export the pack again; if you made it, correct what is named (docs/pack-format.md).',
  })
}

/** The first file that is needed and not there. */
function lacks(entry: CatalogueEntry, folder: string): string | null {
  return entry.files.find(({ file, isOptional }) => !isOptional && sizeOf(folder, file) === null)?.file ?? null
}

function sizeOf(folder: string, file: string): number | null {
  const info = statSync(join(folder, file), { throwIfNoEntry: false })
  return info?.isFile() ? info.size : null
}

/** A folder from anywhere must not smuggle in other files of this machine. */
function inside(folder: string, file: string): string {
  const path = join(folder, file)
  if (existsSync(path) && realpathSync(path).startsWith(folder.endsWith(sep) ? folder : folder + sep)) return path
  throw new StudioError({ code: 'MODEL_MISSING', message: `${folder} lacks ${file}, or it is a link that leads elsewhere.`, remedy: 'Fetch the whole folder again, without links, and import it.' })
}
