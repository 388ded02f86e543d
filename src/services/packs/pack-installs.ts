/** The installations under way: started, paused, resumed and cancelled by name; each tells its course, and outlives the studio on the disk. */
import type { PackInstall } from '#contracts/studio-api.ts'
import { toWireError } from '#contracts/wire-error.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Clock } from '../clock.ts'
import { InstallFolder, unfinishedInstalls } from './download/install-folder.ts'
import { ProgressMeter } from './download/progress-meter.ts'
import type { InstallReport } from './install-report.ts'

export type InstallWork = (report: InstallReport, signal: AbortSignal) => Promise<void>

export interface InstallsPorts {
  readonly clock: Clock
  readonly packsFolder: () => string
  readonly onProgress: (install: PackInstall) => void
  readonly onInstalled: () => void
  readonly onProblem: (error: unknown) => void
}

type InstallFacts = Pick<PackInstall, 'installId' | 'kind' | 'entryId' | 'packId' | 'name'> & { readonly totalBytes: number | null }

interface Running {
  readonly abort: AbortController
  /** Why it was aborted: it stays, or it goes. */
  stop: 'pause' | 'cancel' | null
  readonly ended: Promise<void>
}

/** Between two progress events, unless something else changed. */
const PROGRESS_EVERY_MS = 200

export class PackInstalls {
  readonly #ports: InstallsPorts
  readonly #installs = new Map<string, PackInstall>()
  readonly #running = new Map<string, Running>()
  readonly #ended = new Map<string, PackInstall>()

  constructor(ports: InstallsPorts) {
    this.#ports = ports
    this.reload()
  }

  /** What earlier runs left, as paused; called anew when the packs folder is another one. */
  reload(): void {
    this.#installs.clear()
    for (const { installId, kind, entryId, packId, name, totalBytes } of unfinishedInstalls(this.#ports.packsFolder())) {
      if (kind === 'import') {
        // Half a copy is of no use: it is made anew from its source.
        const folder = new InstallFolder(this.#ports.packsFolder(), installId)
        if (!folder.isHeldElsewhere()) folder.removeIfAllowed()
        continue
      }
      this.#installs.set(installId, { ...fresh({ installId, kind, entryId, packId, name, totalBytes }), state: 'paused' })
    }
  }

  list(): readonly PackInstall[] {
    return [...this.#installs.values()]
  }

  isBusy(): boolean {
    return this.#running.size > 0
  }

  isPackBusy(packId: string): boolean {
    return this.list().some((install) => install.packId === packId && this.#running.has(install.installId))
  }

  /** Starts, or goes on with, an installation; one that runs is left running. */
  start(facts: InstallFacts, work: InstallWork): PackInstall {
    const known = this.#installs.get(facts.installId)
    if (known && this.#running.has(facts.installId)) return known
    const abort = new AbortController()
    // Pauses of the clock keep no process alive; a command line that only waits for its turn must not end.
    const keptAlive = setInterval(() => {}, 2 ** 30)
    this.#set({ ...fresh(facts), completedBytes: known?.completedBytes ?? 0, totalBytes: known?.totalBytes ?? facts.totalBytes })
    // Deferred, so that whoever asked hears of the start before the end.
    const ended = Promise.resolve().then(() => this.#run(facts.installId, work, abort.signal)).finally(() => clearInterval(keptAlive))
    this.#running.set(facts.installId, { abort, stop: null, ended })
    return this.require(facts.installId)
  }

  /** As start, and waits for the end; throws what stopped it. */
  async finish(facts: InstallFacts, work: InstallWork, signal: AbortSignal): Promise<void> {
    this.start(facts, work)
    const running = this.#running.get(facts.installId)
    const onAbort = (): void => void this.cancel(facts.installId)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    await running?.ended
    signal.removeEventListener('abort', onAbort)
    const { state, error } = this.#lastOf(facts.installId)
    if (state === 'cancelled') throw new CancelledError()
    if (error) throw new StudioError({ code: error.code as StudioError['code'], message: error.message, remedy: error.remedy, ...(error.detail === undefined ? {} : { detail: error.detail }) })
  }

  async pause(installId: string): Promise<PackInstall> {
    this.require(installId)
    await this.#stop(installId, 'pause')
    return this.require(installId)
  }

  /** Stops, removes what was fetched, and takes it off the list. */
  async cancel(installId: string): Promise<void> {
    this.require(installId)
    await this.#stop(installId, 'cancel')
    const folder = new InstallFolder(this.#ports.packsFolder(), installId)
    // Another process that brings in the same pack goes on with it.
    if (!folder.isHeldElsewhere()) folder.remove()
    if (this.#installs.has(installId)) this.#end({ ...this.#lastOf(installId), state: 'cancelled', error: null })
  }

  require(installId: string): PackInstall {
    const install = this.#installs.get(installId)
    if (install) return install
    throw new StudioError({ code: 'NOT_FOUND', message: `No installation "${installId.slice(0, 100)}" is under way.`, remedy: 'List the installations and choose one of them.' })
  }

  /** Pauses everything; what was fetched stays. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((installId) => this.#stop(installId, 'pause')))
  }

  #lastOf(installId: string): PackInstall {
    return this.#installs.get(installId) ?? this.#ended.get(installId) ?? this.require(installId)
  }

  async #stop(installId: string, stop: 'pause' | 'cancel'): Promise<void> {
    const running = this.#running.get(installId)
    if (!running) return
    running.stop = stop
    running.abort.abort()
    await running.ended
  }

  async #run(installId: string, work: InstallWork, signal: AbortSignal): Promise<void> {
    try {
      await work(this.#reportOf(installId), signal)
      this.#running.delete(installId)
      this.#ports.onInstalled()
      const install = this.#lastOf(installId)
      this.#end({ ...install, state: 'done', completedBytes: install.totalBytes ?? install.completedBytes, remainingSeconds: 0, error: null })
    } catch (error) {
      const stop = this.#running.get(installId)?.stop ?? null
      this.#running.delete(installId)
      const install = { ...this.#lastOf(installId), bytesPerSecond: null, remainingSeconds: null }
      if (error instanceof CancelledError || stop !== null) {
        // A cancelled one is reported when its files are gone; half a copy is not kept.
        if (install.kind === 'import') this.#end({ ...install, state: 'cancelled', error: null })
        else if (stop !== 'cancel') this.#set({ ...install, state: 'paused', error: null })
        return
      }
      if (!(error instanceof StudioError)) this.#ports.onProblem(error)
      this.#set({ ...install, state: 'failed', error: toWireError(error) })
    }
  }

  #reportOf(installId: string): InstallReport {
    const meter = new ProgressMeter(this.#ports.clock)
    let toldAtMs = -Infinity
    // Bytes are told a few times a second; whatever else is told brings the newest count along, so that a download that
    // stalls in between does not show an old one.
    let counted = this.#lastOf(installId).completedBytes
    const change = (part: Partial<PackInstall>): void => this.#set({ ...this.#lastOf(installId), completedBytes: counted, ...part })
    return {
      state: (state) => change({ state, error: null }),
      plan: (plan) => {
        const { fileCount, totalBytes } = this.#lastOf(installId)
        if (plan.fileCount !== fileCount || plan.totalBytes !== totalBytes) change(plan)
      },
      file: (file, fileNumber) => {
        if (this.#lastOf(installId).file !== file) change({ file, fileNumber })
      },
      unchecked: (files) => change({ uncheckedFiles: [...files] }),
      trouble: (trouble) => {
        const { state } = this.#lastOf(installId)
        if (trouble) change({ state: 'retrying', error: toWireError(trouble), bytesPerSecond: null, remainingSeconds: null })
        else if (state === 'retrying') change({ state: 'running', error: null })
      },
      bytes: (completedBytes) => {
        counted = completedBytes
        const nowMs = this.#ports.clock.monotonicMs()
        if (nowMs - toldAtMs < PROGRESS_EVERY_MS && completedBytes > 0) return
        toldAtMs = nowMs
        meter.note(completedBytes)
        change({ completedBytes, bytesPerSecond: meter.bytesPerSecond(), remainingSeconds: meter.remainingSeconds(this.#lastOf(installId).totalBytes) })
      },
    }
  }

  #set(install: PackInstall): void {
    this.#installs.set(install.installId, install)
    this.#ports.onProgress(install)
  }

  #end(install: PackInstall): void {
    this.#installs.delete(install.installId)
    this.#ended.set(install.installId, install)
    this.#ports.onProgress(install)
  }
}

function fresh(facts: InstallFacts): PackInstall {
  return { ...facts, state: 'running', file: null, fileNumber: 0, fileCount: 0, completedBytes: 0, bytesPerSecond: null, remainingSeconds: null, error: null, uncheckedFiles: [] }
}
