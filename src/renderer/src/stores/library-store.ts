/** The projects of the library, for the welcome screen. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ProjectSummary } from '#contracts/studio-api.ts'
import type { StudioError } from '#core/errors.ts'
import { asStudioError } from './document-store.ts'
import type { StudioCaller } from './link.ts'

export interface LibraryState {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly projects: readonly ProjectSummary[]
  readonly lastProjectId: string | null
  readonly error: StudioError | null
}

export class LibraryStore {
  readonly state: StoreApi<LibraryState> = createStore<LibraryState>(() => ({ status: 'loading', projects: [], lastProjectId: null, error: null }))
  readonly #caller: StudioCaller

  constructor(caller: StudioCaller) {
    this.#caller = caller
    caller.onReady(() => void this.load())
    caller.on('library.changed', () => void this.load())
  }

  async load(): Promise<void> {
    try {
      const { projects, lastProjectId } = await this.#caller.call('library.list', {})
      this.state.setState({ status: 'ready', projects, lastProjectId, error: null })
    } catch (cause) {
      const error = asStudioError(cause)
      if (error.code !== 'DISCONNECTED') this.state.setState({ status: 'failed', error })
    }
  }

  async forget(projectId: string): Promise<void> {
    await this.#caller.call('library.forget', { projectId })
    await this.load()
  }
}
