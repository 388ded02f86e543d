/** The studio: everything that a window, a page or the command line can ask, over one library and its engines. */
import { join } from 'node:path'
import type { ContractHandlers } from '#contracts/contract.ts'
import { createServer, type ContractServer } from '#contracts/server.ts'
import { STUDIO_CONTRACT, type StudioContract } from '#contracts/studio-api.ts'
import type { Transport, Unsubscribe } from '#contracts/transport.ts'
import { backUpLibrary, backupFolderOf } from './storage/backups.ts'
import type { StudioEvent } from './event-hub.ts'
import { appHandlers, hostHandlers } from './handlers/app-handlers.ts'
import { jobHandlers } from './handlers/job-handlers.ts'
import { packHandlers } from './handlers/pack-handlers.ts'
import { projectHandlers } from './handlers/project-handlers.ts'
import { resolveMedia, type ResolvedMedia } from './media/resolve-media.ts'
import { buildServices, resourcesFolderOf, type HostInfo, type StudioOptions, type StudioServices } from './studio-services.ts'

export type { HostDialogs, HostInfo, StudioOptions } from './studio-services.ts'
export type { ResolvedMedia } from './media/resolve-media.ts'
export type { StudioEvent } from './event-hub.ts'

export interface Studio {
  readonly handlers: ContractHandlers<StudioContract>
  onEvent(listener: (event: StudioEvent) => void): Unsubscribe
  /** The file behind a path below mediaBaseUrl; null for everything else. */
  resolveMedia(path: string): ResolvedMedia | null
  /** Serves one window or page: answers its calls and sends it every event, until its transport closes. */
  serve(transport: Transport, host?: HostInfo): ContractServer<StudioContract>
  /** Ends engines, saves and closes projects, closes the library. Running jobs go on at the next start. */
  dispose(): Promise<void>
}

/** Opens the studio on its data folder. Throws LIBRARY_NEWER, FOLDER_NOT_WRITABLE or DISK_FULL. */
export function openStudio(options: StudioOptions): Studio {
  const services = buildServices(options)
  const handlers: ContractHandlers<StudioContract> = { ...appHandlers(services), ...packHandlers(services), ...projectHandlers(services), ...jobHandlers(services) }
  const backup = backUp(services)
  let disposed: Promise<void> | null = null
  return {
    handlers,
    onEvent: (listener) => services.events.subscribe(listener),
    resolveMedia: (path) => resolveMedia({ ...services, fontsFolder: fontsFolder(options), previewFile: (jobId, step) => services.previews.file(jobId, step) }, path),
    serve: (transport, host) => serve(services, host ? { ...handlers, ...hostHandlers(services, host) } : handlers, transport),
    dispose: () => (disposed ??= dispose(services, backup)),
  }
}

function serve(services: StudioServices, handlers: ContractHandlers<StudioContract>, transport: Transport): ContractServer<StudioContract> {
  const { log } = services.options
  const server = createServer(STUDIO_CONTRACT, handlers, transport, { onProblem: ({ where, error }) => log.write('error', 'A call failed unexpectedly', { where, error }) })
  const stop = services.events.subscribe(({ name, payload }) => server.emit(name, payload))
  transport.onClose(stop)
  return server
}

async function backUp({ library, options }: StudioServices): Promise<void> {
  try {
    await backUpLibrary(library.database, backupFolderOf(options.dataFolder), options.clock)
  } catch (error) {
    options.log.write('warn', 'The library could not be backed up', { error })
  }
}

async function dispose({ queue, providers, engine, mediaEngine, shop, projects, library }: StudioServices, backup: Promise<void>): Promise<void> {
  providers.dispose()
  await Promise.all([queue.stop(), engine.dispose(), mediaEngine.dispose(), shop.dispose(), backup])
  projects.closeAll()
  library.database.close()
}

function fontsFolder(options: StudioOptions): string {
  return join(resourcesFolderOf(options), 'fonts')
}
