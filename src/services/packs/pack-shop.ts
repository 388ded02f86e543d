/** Everything about having packs: the catalogue with the terms that were accepted, installing, importing, verifying, repairing, removing, and where packs lie. */
import { existsSync, mkdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import { z } from 'zod'
import { termsToAccept, type Catalogue, type CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { manifestDigest, packFilesOf } from '#contracts/pack-manifest.ts'
import type { CatalogueAnswer, PackInstall, PackSummary, StudioContract } from '#contracts/studio-api.ts'
import type { MethodOutput } from '#contracts/contract.ts'
import { StudioError } from '#core/errors.ts'
import { timestamp, type Clock } from '../clock.ts'
import type { StudioEvent } from '../event-hub.ts'
import { writeError } from '../files/file-errors.ts'
import type { Log } from '../log.ts'
import type { SettingsTable } from '../storage/settings-table.ts'
import { readCatalogue, requireEntry } from './catalogue.ts'
import { parseMirror } from './download/address.ts'
import type { DownloadLimits } from './download/download-limits.ts'
import { downloadPack, type PackPorts } from './download/download-pack.ts'
import { discard, sweepDiscarded } from './download/install-folder.ts'
import type { PackDisk } from './download/pack-disk.ts'
import { importPack, recognise } from './import-pack.ts'
import { PackInstalls } from './pack-installs.ts'
import { packFilesFolder } from './pack-link.ts'
import { readManifest, type PackRegistry } from './pack-registry.ts'
import { projectsUsing, type KnownProject } from './pack-usage.ts'
import { movePacks, preparePacksFolder } from './packs-folder.ts'
import { repairPack } from './repair-pack.ts'
import { verifyPackFiles } from './verify-files.ts'

export interface PackShopOptions {
  readonly clock: Clock
  readonly log: Log
  readonly disk: PackDisk
  readonly limits: DownloadLimits
  readonly catalogueFile: string
  /** Where packs lie unless the person chose another folder. */
  readonly ownFolder: string
  readonly settings: SettingsTable
  readonly transaction: (action: () => void) => void
  readonly registry: PackRegistry
  readonly projects: () => readonly KnownProject[]
  readonly emit: (event: StudioEvent) => void
}

type Answer<Method extends keyof StudioContract['methods']> = MethodOutput<StudioContract, Method>

const FOLDER_SETTING = 'packs.folder'
const MIRROR_SETTING = 'packs.mirror'
const PROGRESS_EVERY_MS = 200

/** What was accepted, and when: the words as they were shown. */
const AcceptanceSchema = z.object({ acceptedAt: z.string(), licence: z.string(), url: z.string().nullable(), terms: z.array(z.string()) })

export class PackShop {
  readonly installs: PackInstalls
  readonly #options: PackShopOptions
  #catalogue: Catalogue | null = null
  #isMoving = false

  constructor(options: PackShopOptions) {
    this.#options = options
    sweepDiscarded(this.packsFolder())
    this.installs = new PackInstalls({
      clock: options.clock, packsFolder: () => this.packsFolder(),
      onProgress: (install) => options.emit({ name: 'pack.installProgress', payload: install }),
      onInstalled: () => this.#changed(),
      onProblem: (error) => options.log.write('error', 'An installation stopped unexpectedly', { error }),
    })
  }

  packsFolder(): string {
    const chosen = this.#options.settings.get(FOLDER_SETTING)
    return typeof chosen === 'string' && chosen !== '' ? chosen : this.#options.ownFolder
  }

  async catalogue(): Promise<CatalogueAnswer> {
    const { settings, disk, ownFolder } = this.#options
    const catalogue = this.#read()
    const installed = new Set(this.#options.registry.list().map(({ packId }) => packId))
    const folder = this.packsFolder()
    const mirror = settings.get(MIRROR_SETTING)
    return {
      entries: catalogue.entries.map((entry) => ({ entry, terms: [...termsToAccept(entry.licence)], acceptedAt: this.#acceptedAt(entry), isInstalled: installed.has(entry.packId) })),
      asOf: catalogue.asOf, installs: [...this.installs.list()], folder, isDefaultFolder: folder === ownFolder, mirror: typeof mirror === 'string' ? mirror : null,
      freeBytes: existsSync(folder) ? await disk.freeBytes(folder) : null, machineMemoryBytes: totalmem(),
    }
  }

  acceptTerms(entryId: string): string {
    const { licence } = requireEntry(this.#read(), entryId)
    const acceptedAt = timestamp(this.#options.clock)
    this.#set(acceptanceKey(entryId), { acceptedAt, licence: `${licence.name} (${licence.spdx})`, url: licence.url, terms: [...termsToAccept(licence)] })
    this.#changed()
    return acceptedAt
  }

  /** Throws LICENCE_NOT_ACCEPTED, or MODEL_UNSUPPORTED for what has to be made on this machine. */
  install(entryId: string): PackInstall {
    const entry = requireEntry(this.#read(), entryId)
    this.#requireAccepted(entry)
    if (entry.kind === 'export') {
      throw new StudioError({ code: 'MODEL_UNSUPPORTED', message: `Nobody offers "${entry.name}" as a finished pack: it is made on your machine.`, remedy: entry.steps.join(' ') })
    }
    const ports = this.#ports()
    return this.installs.start({ installId: entry.id, kind: 'download', entryId: entry.id, packId: entry.packId, name: entry.name, totalBytes: entry.download.bytes }, (report, signal) => downloadPack(entry, ports, report, signal))
  }

  resume(installId: string): PackInstall {
    const { kind, entryId, packId } = this.installs.require(installId)
    if (kind === 'repair') return this.repair(packId)
    if (kind === 'download' && entryId !== null) return this.install(entryId)
    throw new StudioError({ code: 'NOT_READY', message: 'A copy from a folder cannot be gone on with.', remedy: 'Import the folder again.' })
  }

  async import({ folder, mode, entryId }: { readonly folder: string; readonly mode: 'copy' | 'link'; readonly entryId: string | null }, signal: AbortSignal): Promise<Answer<'pack.import'>> {
    const source = recognise(folder, this.#read(), entryId)
    if (source.entry) this.#requireAccepted(source.entry)
    const ports = this.#ports()
    let uncheckedFiles: readonly string[] = []
    await this.installs.finish(
      { installId: `import-${source.packId}`, kind: 'import', entryId: source.entry?.id ?? null, packId: source.packId, name: source.name, totalBytes: source.files.reduce((sum, { bytes }) => sum + bytes, 0) },
      (report, ownSignal) => importPack(source, mode, ports, { ...report, unchecked: (files) => { uncheckedFiles = files; report.unchecked(files) } }, ownSignal),
      signal,
    )
    return { packId: source.packId, name: source.name, uncheckedFiles: [...uncheckedFiles] }
  }

  async verify(packId: string, signal: AbortSignal): Promise<Answer<'pack.verify'>> {
    const pack = this.#options.registry.find(packId)
    const manifest = readManifest(pack.folder)
    const { clock, emit } = this.#options
    let toldAtMs = -Infinity
    const badFiles = await verifyPackFiles(packFilesFolder(pack.folder), manifest, signal, ({ file, completedBytes, totalBytes }) => {
      if (clock.monotonicMs() - toldAtMs < PROGRESS_EVERY_MS && completedBytes < totalBytes) return
      toldAtMs = clock.monotonicMs()
      emit({ name: 'pack.verifyProgress', payload: { packId, file, completedBytes, totalBytes } })
    })
    return { packDigest: manifestDigest(manifest), bytes: packFilesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0), badFiles: [...badFiles], canRepair: this.#repairable(pack) !== null }
  }

  /** Throws NOT_FOUND where nobody offers the files. */
  repair(packId: string): PackInstall {
    const pack = this.#options.registry.find(packId)
    const entry = this.#repairable(pack)
    if (!entry) throw new StudioError({ code: 'NOT_FOUND', message: `"${pack.name}" did not come from the catalogue, so its files cannot be fetched again.`, remedy: 'Remove it and import it again from where it came from.' })
    const ports = this.#ports()
    return this.installs.start({ installId: `repair-${packId}`, kind: 'repair', entryId: entry.id, packId, name: pack.name, totalBytes: null }, (report, signal) => repairPack(entry, { folder: pack.folder, manifest: readManifest(pack.folder) }, ports, report, signal))
  }

  usage(packId: string): Answer<'pack.usage'> {
    const pack = this.#options.registry.find(packId)
    return { projects: projectsUsing(packId, this.#options.projects()), bytes: pack.bytes, isLinked: typeof pack.linkedFrom === 'string' }
  }

  /** A linked pack only leaves the list: its files stay where they are. */
  remove(packId: string): Answer<'pack.remove'> {
    const pack = this.#options.registry.find(packId)
    if (!pack.isRemovable) {
      throw new StudioError({ code: 'INVALID_INPUT', message: `"${pack.name}" ${pack.isEmbedded ? 'comes with the studio' : `lies outside the packs folder, in ${pack.folder}`}, so it is not removed from here.`, remedy: pack.isEmbedded ? 'It is small, and drafts need it.' : 'Delete that folder yourself if it is no longer needed.' })
    }
    if (this.installs.isPackBusy(packId)) throw new StudioError({ code: 'NOT_READY', message: `"${pack.name}" is being brought in.`, remedy: 'Cancel that first.' })
    discard(pack.folder, this.packsFolder())
    this.#changed()
    return { freedBytes: typeof pack.linkedFrom === 'string' ? 0 : pack.bytes }
  }

  async moveTo(asked: string | null, signal: AbortSignal): Promise<Answer<'pack.moveFolder'>> {
    if (this.installs.isBusy() || this.#isMoving) throw new StudioError({ code: 'NOT_READY', message: 'Packs are being brought in or moved.', remedy: 'Pause or finish that, then move the folder.' })
    const { ownFolder, disk, limits } = this.#options
    const current = this.packsFolder()
    const folder = preparePacksFolder(asked ?? ownFolder, current)
    this.#isMoving = true
    try {
      const movedPacks = await movePacks(current, folder, disk, limits.spareBytes, signal)
      this.#set(FOLDER_SETTING, asked === null ? null : folder)
      this.installs.reload()
      return { folder, movedPacks }
    } finally {
      this.#isMoving = false
      this.#changed()
    }
  }

  setMirror(address: string | null): string | null {
    const mirror = address === null || address.trim() === '' ? null : parseMirror(address)
    this.#set(MIRROR_SETTING, mirror)
    this.#changed()
    return mirror
  }

  dispose(): Promise<void> {
    return this.installs.dispose()
  }

  /** The entry that a pack's files can be fetched from; a linked pack is never written to. */
  #repairable(pack: PackSummary): CatalogueEntry | null {
    if (!pack.isRemovable || typeof pack.linkedFrom === 'string') return null
    return this.#read().entries.find(({ packId, kind }) => packId === pack.packId && kind !== 'export') ?? null
  }

  #requireAccepted(entry: CatalogueEntry): void {
    const terms = termsToAccept(entry.licence)
    if (terms.length === 0 || this.#acceptedAt(entry) !== null) return
    throw new StudioError({
      code: 'LICENCE_NOT_ACCEPTED', message: `"${entry.name}" comes under the ${entry.licence.name}, which has to be accepted first. ${terms.join(' ')}`,
      remedy: 'Read the licence, and accept it if it allows what you do.', detail: entry.licence.url ?? '',
    })
  }

  /** An acceptance of other terms than today's does not count. */
  #acceptedAt(entry: CatalogueEntry): string | null {
    const outcome = AcceptanceSchema.safeParse(this.#options.settings.get(acceptanceKey(entry.id)))
    return outcome.success && outcome.data.terms.join('\n') === termsToAccept(entry.licence).join('\n') ? outcome.data.acceptedAt : null
  }

  #ports(): PackPorts {
    const { clock, disk, limits, registry, settings } = this.#options
    if (this.#isMoving) throw new StudioError({ code: 'NOT_READY', message: 'The packs folder is being moved.', remedy: 'Wait until that is done.' })
    const packsFolder = this.packsFolder()
    try {
      mkdirSync(packsFolder, { recursive: true })
    } catch (error) {
      throw writeError(error, packsFolder)
    }
    const mirror = settings.get(MIRROR_SETTING)
    return {
      clock, disk, limits, packsFolder, mirror: typeof mirror === 'string' && mirror !== '' ? parseMirror(mirror) : null,
      isInstalled: (packId) => registry.list().some((pack) => pack.packId === packId && pack.state === 'ready'),
    }
  }

  #read(): Catalogue {
    return (this.#catalogue ??= readCatalogue(this.#options.catalogueFile))
  }

  #set(key: string, value: unknown): void {
    this.#options.transaction(() => this.#options.settings.set(key, value))
  }

  #changed(): void {
    this.#options.emit({ name: 'pack.changed', payload: {} })
  }
}

function acceptanceKey(entryId: string): string {
  return `packs.accepted.${entryId}`
}
