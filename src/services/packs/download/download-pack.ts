/** Brings in a pack of the catalogue: room checked, every file fetched and hashed, the manifest in place, and only then a name in the list. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { packFilesOf, PackManifestSchema, type PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import { canonicalJson } from '#core/document/canonical-json.ts'
import type { Clock } from '../../clock.ts'
import { writeFileAtomically } from '../../files/atomic-write.ts'
import type { FileFingerprint } from '../../files/hash-file.ts'
import { completeManifest } from '../community-manifest.ts'
import { requireSpace } from '../disk-space.ts'
import type { InstallReport } from '../install-report.ts'
import { requireExternalData } from '../onnx-external-data.ts'
import { fileAddress } from './address.ts'
import { downloadFile, type FetchedFile } from './download-file.ts'
import type { DownloadLimits } from './download-limits.ts'
import { editionDigest, InstallFolder } from './install-folder.ts'
import { measureFile, type MeasuredFile } from './measure-files.ts'
import type { PackDisk } from './pack-disk.ts'

export interface PackPorts {
  readonly clock: Clock
  readonly disk: PackDisk
  readonly limits: DownloadLimits
  readonly mirror: string | null
  readonly packsFolder: string
  /** Whether the pack is there, whole: another process may have brought it in. */
  readonly isInstalled: (packId: string) => boolean
}

export async function downloadPack(entry: CatalogueEntry, ports: PackPorts, report: InstallReport, signal: AbortSignal): Promise<void> {
  const folder = new InstallFolder(ports.packsFolder, entry.id)
  const lock = await folder.lock(ports.clock, ports.limits.lockPollMs, signal, () => report.state('waiting'))
  try {
    if (!ports.isInstalled(entry.packId)) await bringIn(entry, folder, ports, report, signal)
    folder.remove()
  } finally {
    lock.release()
  }
}

async function bringIn(entry: CatalogueEntry, folder: InstallFolder, ports: PackPorts, report: InstallReport, signal: AbortSignal): Promise<void> {
  report.state('running')
  const { repository, revision } = entry.source
  folder.begin({ installId: entry.id, kind: 'download', entryId: entry.id, packId: entry.packId, name: entry.name, totalBytes: entry.download.bytes, editionDigest: editionDigest({ files: entry.files, repository, revision }) })
  const fetched = await fetchFiles(entry, entry, folder, ports, report, signal)
  report.state('checking')
  const manifest = entry.kind === 'community' ? communityManifest(entry, folder, fetched) : downloadedManifest(entry, folder)
  for (const { file } of packFilesOf(manifest)) {
    if (!fetched.has(file)) throw malformed(entry, `its manifest names ${file}, which is not among its files`)
  }
  folder.publish(join(ports.packsFolder, entry.packId), ports.packsFolder)
}

/** Fetches the files that `wanted` names; those that the server need not have may be missing in the answer. */
export async function fetchFiles(entry: CatalogueEntry, wanted: Pick<CatalogueEntry, 'files' | 'name'>, folder: InstallFolder, ports: PackPorts, report: InstallReport, signal: AbortSignal): Promise<ReadonlyMap<string, FetchedFile>> {
  const measured: MeasuredFile[] = []
  for (const file of wanted.files) measured.push(await measureFile(file, fileAddress(entry, file, ports.mirror), { ...ports, onTrouble: report.trouble }, signal))
  const present = measured.filter(({ size }) => size !== null)
  const totalBytes = present.reduce((sum, { size }) => sum + (size ?? 0), 0)
  const parts = new Parts(folder)
  report.trouble(null)
  report.plan({ fileCount: present.length, totalBytes })
  report.unchecked(present.filter(({ sha256 }) => sha256 === null).map(({ file }) => file))
  await requireSpace(ports.disk, folder.folder, Math.max(0, totalBytes - parts.bytes(present)), ports.limits.spareBytes, wanted.name)
  const fetched = new Map<string, FetchedFile>()
  let before = 0
  for (const [index, file] of present.entries()) {
    report.file(file.file, index + 1)
    fetched.set(file.file, await downloadFile({
      url: file.url, name: file.file, target: join(folder.files, file.file), bytes: file.size, sha256: file.sha256 ?? file.namedSha256, version: parts.usableVersion(file),
    }, {
      ...ports, onTrouble: report.trouble, onBytes: (bytes) => report.bytes(before + bytes), rememberVersion: (version) => folder.rememberVersion(file.file, version),
    }, signal))
    before += file.size ?? 0
  }
  return fetched
}

/** What is on the disk from before. */
class Parts {
  readonly #folder: InstallFolder
  constructor(folder: InstallFolder) {
    this.#folder = folder
  }

  bytes(files: readonly MeasuredFile[]): number {
    return files.reduce((sum, { file }) => sum + this.#size(file), 0)
  }

  /** A part of another version than the server has now is removed, where only the version can tell. */
  usableVersion(file: MeasuredFile) {
    const known = this.#folder.read()?.versions[file.file] ?? null
    const isOther = file.sha256 === null && known !== null && file.version !== null && known.etag !== file.version.etag
    if (isOther) rmSync(join(this.#folder.files, file.file), { force: true })
    return isOther ? null : known
  }

  #size(file: string): number {
    return statSync(join(this.#folder.files, file), { throwIfNoEntry: false })?.size ?? 0
  }
}

function communityManifest(entry: CatalogueEntry, folder: InstallFolder, fetched: ReadonlyMap<string, FileFingerprint>): PackManifest {
  const manifest = completeManifest(entry, fetched)
  requireExternalData(folder.files, manifest)
  writeFileAtomically(join(folder.files, 'pack.json'), canonicalJson(manifest, 2))
  return manifest
}

function downloadedManifest(entry: CatalogueEntry, folder: InstallFolder): PackManifest {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(join(folder.files, 'pack.json'), 'utf8'))
  } catch {
    throw malformed(entry, 'its pack.json is not JSON')
  }
  const outcome = PackManifestSchema.safeParse(value)
  if (!outcome.success) throw malformed(entry, `${outcome.error.issues[0]?.path.map(String).join('.') ?? ''}: ${outcome.error.issues[0]?.message ?? 'is invalid'}`)
  if (outcome.data.id !== entry.packId) throw malformed(entry, `it calls itself "${outcome.data.id}"`)
  return outcome.data
}

function malformed(entry: CatalogueEntry, problem: string): StudioError {
  return new StudioError({ code: 'PACK_MALFORMED', message: `"${entry.name}" was fetched, but is no pack: ${problem}.`, remedy: 'Update Shotwright for a new catalogue; nothing was installed.' })
}
