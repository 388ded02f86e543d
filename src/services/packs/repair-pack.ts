/** Fetches only those files of an installed pack that do not match their hashes. */
import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CatalogueEntry, CatalogueFile } from '#contracts/pack-catalogue.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import { flushFolder } from '../files/atomic-write.ts'
import { writeError } from '../files/file-errors.ts'
import { fetchFiles, type PackPorts } from './download/download-pack.ts'
import { editionDigest, InstallFolder } from './download/install-folder.ts'
import type { InstallReport } from './install-report.ts'
import { verifyPackFiles } from './verify-files.ts'

export interface RepairedPack {
  readonly folder: string
  readonly manifest: PackManifest
}

/** Throws what a download throws, and NOT_FOUND where a damaged file is none of the catalogue's. */
export async function repairPack(entry: CatalogueEntry, pack: RepairedPack, ports: PackPorts, report: InstallReport, signal: AbortSignal): Promise<void> {
  const installId = `repair-${pack.manifest.id}`
  const folder = new InstallFolder(ports.packsFolder, installId)
  const lock = await folder.lock(ports.clock, ports.limits.lockPollMs, signal, () => report.state('waiting'))
  try {
    report.state('checking')
    const bad = await verifyPackFiles(pack.folder, pack.manifest, signal, ({ file, completedBytes, totalBytes }) => {
      report.plan({ fileCount: 1, totalBytes })
      report.file(file, 1)
      report.bytes(completedBytes)
    })
    const files = bad.map(({ file }) => wantedFile(entry, pack.manifest, file))
    report.state('running')
    folder.begin({ installId, kind: 'repair', entryId: entry.id, packId: pack.manifest.id, name: pack.manifest.name, totalBytes: bad.reduce((sum, { bytes }) => sum + bytes, 0), editionDigest: editionDigest(files) })
    await fetchFiles(entry, { files, name: pack.manifest.name }, folder, ports, report, signal)
    for (const { file } of files) replace(join(folder.files, file), join(pack.folder, file))
    folder.remove()
  } finally {
    lock.release()
  }
}

/** The file as this pack has it: what was pinned when it came in counts, even where the catalogue knows nothing. */
function wantedFile(entry: CatalogueEntry, manifest: PackManifest, name: string): CatalogueFile {
  const listed = entry.files.find(({ file }) => file === name)
  const pinned = Object.values(manifest.components).flatMap((component) => (component ? [component, ...component.externalData] : [])).find(({ file }) => file === name)
  if (!listed || !pinned) throw new StudioError({ code: 'NOT_FOUND', message: `The catalogue does not know where ${name} comes from.`, remedy: 'Import the pack again from the folder that it came from.' })
  return { ...listed, bytes: pinned.bytes, sha256: pinned.sha256, isOptional: false }
}

function replace(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
    flushFolder(dirname(to))
  } catch (error) {
    throw writeError(error, to)
  }
}
