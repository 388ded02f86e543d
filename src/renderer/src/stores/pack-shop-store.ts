/** What the packs screen shows beside the installed packs: the catalogue, installations under way, and what verifying found. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BadPackFile, CatalogueAnswer, PackInstall } from '#contracts/studio-api.ts'
import type { StudioError } from '#core/errors.ts'
import { asStudioError } from './document-store.ts'
import type { StudioCaller } from './link.ts'

export interface PackCheck {
  /** null when it is done. */
  readonly progress: { readonly file: string; readonly fraction: number } | null
  readonly badFiles: readonly BadPackFile[]
  readonly canRepair: boolean
}

export interface PackShopState {
  readonly answer: CatalogueAnswer | null
  readonly installs: Readonly<Record<string, PackInstall>>
  readonly checks: Readonly<Record<string, PackCheck>>
  readonly error: StudioError | null
}

export interface PackShopListener {
  readonly onInstalled: (install: PackInstall) => void
  readonly onFailed: (install: PackInstall) => void
  readonly onChanged: () => void
  /** Told once, when the studio is reached: what an earlier run left unfinished. */
  readonly onUnfinished: (installs: readonly PackInstall[]) => void
}

export class PackShopStore {
  readonly state: StoreApi<PackShopState> = createStore<PackShopState>(() => ({ answer: null, installs: {}, checks: {}, error: null }))
  readonly #caller: StudioCaller

  constructor(caller: StudioCaller, listener: PackShopListener) {
    this.#caller = caller
    const stop = caller.onReady(() => {
      stop()
      void this.load().then(() => {
        const unfinished = Object.values(this.state.getState().installs).filter(({ state }) => state === 'paused')
        if (unfinished.length > 0) listener.onUnfinished(unfinished)
      })
    })
    caller.on('pack.installProgress', (install) => {
      this.#take(install)
      if (install.state === 'done') listener.onInstalled(install)
      if (install.state === 'failed') listener.onFailed(install)
    })
    caller.on('pack.verifyProgress', ({ packId, file, completedBytes, totalBytes }) => {
      if (this.state.getState().checks[packId]?.progress) this.#check(packId, { progress: { file, fraction: totalBytes > 0 ? completedBytes / totalBytes : 1 } })
    })
    caller.on('pack.changed', () => {
      listener.onChanged()
      if (this.state.getState().answer) void this.load()
    })
  }

  async load(): Promise<void> {
    try {
      const answer = await this.#caller.call('pack.catalogue', {})
      this.state.setState({ answer, error: null, installs: Object.fromEntries(answer.installs.map((install) => [install.installId, install])) })
    } catch (cause) {
      this.state.setState({ error: asStudioError(cause) })
    }
  }

  /** Throws what stopped it. */
  async verify(packId: string): Promise<readonly BadPackFile[]> {
    this.#check(packId, { progress: { file: '', fraction: 0 }, badFiles: [], canRepair: false })
    try {
      const { badFiles, canRepair } = await this.#caller.call('pack.verify', { packId })
      this.#check(packId, { progress: null, badFiles, canRepair })
      return badFiles
    } catch (cause) {
      this.forget(packId)
      throw asStudioError(cause)
    }
  }

  /** What verifying found no longer holds. */
  forget(packId: string): void {
    this.state.setState(({ checks }) => ({ checks: Object.fromEntries(Object.entries(checks).filter(([id]) => id !== packId)) }))
  }

  #check(packId: string, part: Partial<PackCheck>): void {
    this.state.setState(({ checks }) => ({ checks: { ...checks, [packId]: { progress: null, badFiles: [], canRepair: false, ...checks[packId], ...part } } }))
  }

  #take(install: PackInstall): void {
    this.state.setState(({ installs }) => {
      const others = Object.fromEntries(Object.entries(installs).filter(([id]) => id !== install.installId))
      return { installs: install.state === 'done' || install.state === 'cancelled' ? others : { ...installs, [install.installId]: install } }
    })
    if (install.state === 'done') this.forget(install.packId)
  }
}
