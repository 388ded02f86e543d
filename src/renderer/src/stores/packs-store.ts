/** The model packs that the studio knows, with the speeds it measured on this machine. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { StudioCaller } from './link.ts'

export interface PacksState {
  readonly packs: readonly PackSummary[]
  readonly isLoaded: boolean
}

export class PacksStore {
  readonly state: StoreApi<PacksState> = createStore<PacksState>(() => ({ packs: [], isLoaded: false }))
  readonly #caller: StudioCaller

  constructor(caller: StudioCaller) {
    this.#caller = caller
    caller.onReady(() => void this.load())
  }

  async load(): Promise<void> {
    try {
      const { packs } = await this.#caller.call('pack.list', {})
      this.state.setState({ packs, isLoaded: true })
    } catch {
      // The status bar shows a missing pack or a lost line by itself; the list is asked for again when the line is back.
      this.state.setState({ isLoaded: true })
    }
  }
}
