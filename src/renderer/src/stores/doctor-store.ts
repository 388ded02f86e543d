/** What the doctor found on this machine, and the two choices that a person has there: the device and an ffmpeg of their own. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { DoctorReport } from '#contracts/studio-api.ts'
import { DEVICE_SETTING, FFMPEG_SETTING } from '#core/devices/device-setting.ts'
import type { StudioError } from '#core/errors.ts'
import { asStudioError } from './document-store.ts'
import type { StudioCaller } from './link.ts'

export interface DoctorState {
  readonly isLooking: boolean
  /** The newest; it stays while a new one is made. */
  readonly report: DoctorReport | null
  readonly ffmpegPath: string
  readonly error: StudioError | null
}

export class DoctorStore {
  readonly state: StoreApi<DoctorState> = createStore<DoctorState>(() => ({ isLooking: false, report: null, ffmpegPath: '', error: null }))
  readonly #caller: StudioCaller
  /** Looks that were asked for; only the answer to the last one is shown. */
  #looks = 0

  constructor(caller: StudioCaller) {
    this.#caller = caller
  }

  /** `fresh` asks the drivers again. */
  async look(fresh: boolean): Promise<void> {
    const look = ++this.#looks
    this.state.setState({ isLooking: true, error: null })
    try {
      const { values } = await this.#caller.call('settings.get', {})
      const report = await this.#caller.call('app.doctor', { fresh })
      const own = values[FFMPEG_SETTING]
      if (look === this.#looks) this.state.setState({ isLooking: false, report, ffmpegPath: typeof own === 'string' ? own : '' })
    } catch (cause) {
      if (look === this.#looks) this.state.setState({ isLooking: false, error: asStudioError(cause) })
    }
  }

  async chooseDevice(device: string): Promise<void> {
    await this.#set(DEVICE_SETTING, device)
  }

  async saveFfmpegPath(path: string): Promise<void> {
    await this.#set(FFMPEG_SETTING, path.trim())
  }

  async #set(key: string, value: string): Promise<void> {
    try {
      await this.#caller.call('settings.set', { key, value })
    } catch (cause) {
      this.state.setState({ error: asStudioError(cause) })
      return
    }
    await this.look(false)
  }
}
