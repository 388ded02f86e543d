/** Builds the services of a studio and wires them to each other; what each does is in its own file. */
import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackSummary } from '#contracts/studio-api.ts'
import { freeBytesOf } from '#core/devices/free-memory.ts'
import { makeId } from '#core/document/ids.ts'
import type { StudioError } from '#core/errors.ts'
import type { Clock } from './clock.ts'
import type { EngineHost } from './engine/engine-host.ts'
import { EngineSupervisor, type EngineState, type SupervisorLimits } from './engine/engine-supervisor.ts'
import { askedProviders, ffmpegSetting } from './engine/chosen-device.ts'
import { ProviderProbe } from './engine/provider-probe.ts'
import { eventHub, type EventHub } from './event-hub.ts'
import { exportRunner } from './jobs/export-runner.ts'
import { sweepCheckpoints } from './jobs/checkpoints.ts'
import { generateRunner, takeIdOf } from './jobs/generate-runner.ts'
import { JobQueue } from './jobs/job-queue.ts'
import { PreviewShelf } from './jobs/preview-shelf.ts'
import type { Log } from './log.ts'
import type { MediaStorePorts } from './media/media-store.ts'
import { DEFAULT_LIMITS, type DownloadLimits } from './packs/download/download-limits.ts'
import { systemPackDisk, type PackDisk } from './packs/download/pack-disk.ts'
import { packRegistry, type PackRegistry } from './packs/pack-registry.ts'
import { PackShop } from './packs/pack-shop.ts'
import { isProjectLocked } from './projects/project-lock.ts'
import { ProjectStore, projectsFolderOf } from './projects/project-store.ts'
import { reindexProjects } from './projects/reindex.ts'
import { backupFolderOf } from './storage/backups.ts'
import { openLibrary, type Library } from './storage/library.ts'
import { libraryTables, type LibraryTables } from './storage/tables.ts'

export interface StudioOptions {
  /** Where the library, its backups and projects without a folder of their own lie. */
  readonly dataFolder: string
  /** Folders that hold packs; the first one is where the embedded ones are, unless `embeddedPackFolder` says otherwise. */
  readonly packFolders: readonly string[]
  readonly embeddedPackFolder?: string
  /** Fonts and other fixed files. */
  readonly resourcesFolder?: string
  readonly engineHost: EngineHost
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  /** Quiet time after an edit until project.json is written. */
  readonly idleSaveMs?: number
  readonly engineLimits?: Partial<SupervisorLimits>
  /** Where the catalogue of packs lies, how patient downloads are, and the disk that they are written to. */
  readonly packShop?: { readonly catalogueFile?: string; readonly limits?: Partial<DownloadLimits>; readonly disk?: PackDisk }
  /** What app.info answers; a host that serves several kinds of windows overrides it for each. */
  readonly host?: HostInfo
}

export interface HostInfo {
  readonly host: 'electron' | 'web' | 'cli'
  /** The system's own dialogs; null where the host has none (a browser page, the command line). */
  readonly dialogs: HostDialogs | null
  /** Where media paths begin; ends with a slash. */
  readonly mediaBaseUrl: string
}

/** What only a desktop shell can do for a person. */
export interface HostDialogs {
  /** null when the person closes the dialog. */
  pickSaveFile(suggestedName: string): Promise<string | null>
  showInFolder(file: string): void
  /** null when the person closes the dialog. */
  pickFolder?(): Promise<string | null>
}

export interface StudioServices {
  readonly options: StudioOptions
  readonly library: Library
  readonly tables: LibraryTables
  readonly events: EventHub
  readonly projects: ProjectStore
  readonly packs: PackRegistry
  readonly shop: PackShop
  /** Generates; one process. */
  readonly engine: EngineSupervisor
  /** Exports, probes and answers questions; another process, so that an export never waits for a generation. */
  readonly mediaEngine: EngineSupervisor
  readonly providers: ProviderProbe
  readonly queue: JobQueue
  readonly previews: PreviewShelf
  /** Projects that are to be closed when their last job has ended. */
  readonly closing: Set<string>
  readonly problems: StudioError[]
  readonly random: { readonly uuid: () => string; readonly seed: () => number }
}

const IDLE_SAVE_MS = 2_000

export function buildServices(options: StudioOptions): StudioServices {
  const { clock, log, dataFolder } = options
  const library = openLibrary(join(dataFolder, 'library.db'), backupFolderOf(dataFolder), clock)
  const tables = libraryTables(library.database, library.file)
  if (library.isNew) reindexProjects(projectsFolderOf(dataFolder), tables, log)
  const events = eventHub((error) => log.write('error', 'A listener of the studio failed', { error }))
  const random = { uuid: () => randomUUID(), seed: () => randomInt(0, 0x1_0000_0000) }
  const packs: PackRegistry = packRegistry({
    packFolders: () => [...options.packFolders, shop.packsFolder()],
    installedFolder: () => shop.packsFolder(),
    embeddedFolder: options.embeddedPackFolder ?? options.packFolders[0] ?? null,
    secondsPerStep: (packId, digest) => tables.measurements.newestSecondsPerStep(packId, digest),
  })
  const shop: PackShop = new PackShop({
    clock, log, disk: options.packShop?.disk ?? systemPackDisk(), limits: { ...DEFAULT_LIMITS, ...options.packShop?.limits },
    catalogueFile: options.packShop?.catalogueFile ?? join(resourcesFolderOf(options), 'catalogue', 'packs.json'),
    ownFolder: join(dataFolder, 'packs'), settings: tables.settings, transaction: (action) => tables.transaction(action), registry: packs,
    projects: () => projects.list().map(({ projectId, title, folder }) => ({ projectId, title, folder, open: projects.peek(projectId)?.document ?? null })),
    emit: (event) => events.emit(event),
  })
  const previews = new PreviewShelf()
  const closing = new Set<string>()
  const states = engineStates((state, message) => {
    events.emit({ name: 'engine.state', payload: { state, message } })
    if (state !== 'down') queue.pump()
  })
  const configuration = () => ({ ffmpegPath: ffmpegSetting(tables.settings) })
  const engine = supervisor(options, 'generate', configuration, states)
  const mediaEngine = supervisor(options, 'media', configuration, states)
  const providers = new ProviderProbe({ host: options.engineHost, engine: mediaEngine, clock })
  const projects: ProjectStore = new ProjectStore({
    tables, clock, log, projectsFolder: projectsFolderOf(dataFolder), idleSaveMs: options.idleSaveMs ?? IDLE_SAVE_MS,
    context: { newId: (kind) => makeId(kind, random.uuid()) },
    onOpened: (project) => {
      closing.delete(project.projectId)
      project.onChange((change) => events.emit({ name: 'project.changed', payload: { ...change, diff: { ...change.diff, project: change.diff.project ? [...change.diff.project] : null }, history: project.historyState } }))
      const unfinished = new Set(tables.jobs.unfinished(project.projectId).flatMap((job) => (job.kind === 'generate' ? [takeIdOf(job)] : [])))
      sweepCheckpoints(project.folder, (takeId) => unfinished.has(takeId))
      queue.resume((projectId) => projectId === project.projectId)
    },
    onListChanged: () => events.emit({ name: 'library.changed', payload: {} }),
  })
  const queue: JobQueue = new JobQueue({
    jobs: tables.jobs, clock, log,
    runners: {
      generate: generateRunner({ projects, packs, engine, tables, clock, freeBytes: async (provider) => freeBytesOf(provider, await mediaEngine.ask('device.survey', {})), provider: (signal) => providers.choose(askedProviders(tables.settings), signal), software: { shotwright: options.version, platform: `${process.platform}-${process.arch}` } }),
      export: exportRunner({ projects, engine: mediaEngine }),
    },
    openProjectIds: () => projects.openIds(),
    onUpdated: (job) => {
      if (job.finishedAt !== null) previews.forget(job.jobId)
      events.emit({ name: 'job.updated', payload: job })
    },
    onPreview: (job, preview) => {
      const url = previews.keep(job.jobId, preview.step, preview.file)
      events.emit({ name: 'job.preview', payload: { jobId: job.jobId, shotId: job.shotId, step: preview.step, steps: preview.steps, url } })
    },
    onProjectIdle: (projectId) => {
      if (closing.delete(projectId)) projects.close(projectId)
    },
  })
  queue.resume((projectId) => {
    const row = tables.projects.get(projectId)
    return row === null || !isProjectLocked(row.folder)
  })
  return { options, library, tables, events, projects, packs, shop, engine, mediaEngine, providers, queue, previews, closing, problems: [...library.problems], random }
}

/** The source tree and the built bundle (out/main) both lie two folders below the one that holds resources. */
export function resourcesFolderOf({ resourcesFolder }: Pick<StudioOptions, 'resourcesFolder'>): string {
  return resourcesFolder ?? fileURLToPath(new URL('../../resources', import.meta.url))
}

/** The pack of new projects: the person's choice, else an embedded one, else any that works. */
export function defaultPackId({ tables, packs }: Pick<StudioServices, 'tables' | 'packs'>): string {
  const chosen = tables.settings.get('defaultPackId')
  if (typeof chosen === 'string' && chosen !== '' && chosen.length <= 100) return chosen
  const ready: readonly PackSummary[] = packs.list().filter(({ state }) => state === 'ready')
  return (ready.find(({ isEmbedded }) => isEmbedded) ?? ready[0])?.packId ?? 'previz'
}

/** What bringing files into a project asks of the media engine. */
export function mediaStorePorts({ mediaEngine, random }: Pick<StudioServices, 'mediaEngine' | 'random'>): MediaStorePorts {
  return {
    probe: (file) => mediaEngine.ask('media.probe', { file }),
    toneBed: (input) => mediaEngine.ask('media.toneBed', input),
    newMediaId: () => makeId('media', random.uuid()),
  }
}

type StateListener = (state: EngineState, message: string | null) => void

function supervisor(options: StudioOptions, role: string, configuration: () => { ffmpegPath: string | null }, states: (role: string) => StateListener): EngineSupervisor {
  const { engineHost: host, clock, log, engineLimits } = options
  return new EngineSupervisor({ host, role, clock, log, configuration, onState: states(role), ...(engineLimits ? { limits: engineLimits } : {}) })
}

/** The worst first: people see one state, whichever of the engines it is of. */
const STATE_ORDER: readonly EngineState[] = ['down', 'restarting', 'busy', 'idle']

function engineStates(tell: StateListener): (role: string) => StateListener {
  const byRole = new Map<string, { readonly state: EngineState; readonly message: string | null }>()
  return (role) => (state, message) => {
    byRole.set(role, { state, message })
    const all = [...byRole.values()].toSorted((left, right) => STATE_ORDER.indexOf(left.state) - STATE_ORDER.indexOf(right.state))
    const worst = all[0]
    if (worst) tell(worst.state, worst.message)
  }
}
