/** What a person has open, selected and arranged: never part of the document; the arrangement outlives the window. */
import { createStore, type StoreApi } from 'zustand/vanilla'

export type StudioView = 'storyboard' | 'edit' | 'deliver'
export type Theme = 'dark' | 'light'
export type Guides = 'none' | 'thirds' | 'safe'

/** Kept from one start to the next. */
export interface Arrangement {
  readonly view: StudioView
  readonly theme: Theme
  readonly guides: Guides
  readonly isSnapping: boolean
  readonly isMuted: boolean
  /** Horizontal scale of the timeline. */
  readonly pixelsPerSecond: number
  /** Where the film goes: null follows the shape of the project. */
  readonly presetId: string | null
  readonly allowDrafts: boolean
  readonly markDrafts: boolean
  readonly withContactSheet: boolean
  /** Panel sizes in per cent, by group and panel. */
  readonly panels: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface SessionState extends Arrangement {
  readonly selectedShotIds: readonly string[]
  /** The shot that range selection starts from, and that the inspector shows. */
  readonly focusedShotId: string | null
  /** A caption, title or audio clip selected on the timeline. */
  readonly selectedClip: { readonly kind: 'caption' | 'title' | 'audio'; readonly id: string } | null
  readonly selectedTransitionShotId: string | null
  readonly isPlaying: boolean
  /** 1 forwards, -1 backwards; J and L double it. */
  readonly playRate: number
  readonly openSheet: 'shortcuts' | 'palette' | 'plan' | null
  /** A screen that lies over the library or the studio, until it is left. */
  readonly openScreen: 'doctor' | 'packs' | null
  /** The timeline is asked to show the whole sequence, and clears this when it did. */
  readonly wantsFit: boolean
  /** Counted up to ask the viewer to fill the screen or to leave it. */
  readonly fullScreenRequests: number
  /** Counted up when a font of titles and captions arrived: pictures with text are painted again. */
  readonly fontsLoaded: number
}

const STORAGE_KEY = 'shotwright.arrangement'

const DEFAULT_ARRANGEMENT: Arrangement = {
  view: 'edit', theme: 'dark', guides: 'none', isSnapping: true, isMuted: false, pixelsPerSecond: 80,
  presetId: null, allowDrafts: true, markDrafts: true, withContactSheet: false, panels: {},
}

const ARRANGEMENT_KEYS = Object.keys(DEFAULT_ARRANGEMENT) as readonly (keyof Arrangement)[]

const NOTHING_SELECTED = { selectedShotIds: [], focusedShotId: null, selectedClip: null, selectedTransitionShotId: null } as const

export const PIXELS_PER_SECOND = Object.freeze({ min: 4, max: 800 })

export class SessionStore {
  readonly state: StoreApi<SessionState>
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | null

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | null) {
    this.#storage = storage
    const arrangement = { ...DEFAULT_ARRANGEMENT, ...readArrangement(storage) }
    this.state = createStore<SessionState>(() => ({ ...arrangement, ...NOTHING_SELECTED, isPlaying: false, playRate: 1, openSheet: null, openScreen: null, wantsFit: false, fullScreenRequests: 0, fontsLoaded: 0 }))
  }

  /** Changes the arrangement and remembers it. */
  arrange(part: Partial<Arrangement>): void {
    this.state.setState(part)
    const state = this.state.getState()
    try {
      this.#storage?.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(ARRANGEMENT_KEYS.map((key) => [key, state[key]]))))
    } catch {
      // Full or forbidden storage costs only the remembered arrangement.
    }
  }

  rememberPanels(group: string, sizes: Readonly<Record<string, number>>): void {
    this.arrange({ panels: { ...this.state.getState().panels, [group]: sizes } })
  }

  zoomTo(pixelsPerSecond: number): void {
    this.arrange({ pixelsPerSecond: Math.max(PIXELS_PER_SECOND.min, Math.min(PIXELS_PER_SECOND.max, pixelsPerSecond)) })
  }

  requestFit(): void {
    this.state.setState({ wantsFit: true })
  }

  /** True once for each request. */
  takeFitRequest(): boolean {
    const { wantsFit } = this.state.getState()
    if (wantsFit) this.state.setState({ wantsFit: false })
    return wantsFit
  }

  noteFonts(): void {
    this.state.setState(({ fontsLoaded }) => ({ fontsLoaded: fontsLoaded + 1 }))
  }

  requestFullScreen(): void {
    this.state.setState(({ fullScreenRequests }) => ({ fullScreenRequests: fullScreenRequests + 1 }))
  }

  /** Selects shots; the last one given is the one the inspector shows. */
  selectShots(shotIds: readonly string[], focusedShotId: string | null = shotIds.at(-1) ?? null): void {
    this.state.setState({ ...NOTHING_SELECTED, selectedShotIds: shotIds, focusedShotId })
  }

  /** Adds a shot to the selection or takes it out. */
  toggleShot(shotId: string): void {
    const { selectedShotIds } = this.state.getState()
    const isIn = selectedShotIds.includes(shotId)
    const next = isIn ? selectedShotIds.filter((id) => id !== shotId) : [...selectedShotIds, shotId]
    this.selectShots(next, isIn ? (next.at(-1) ?? null) : shotId)
  }

  /** Selects from the focused shot to this one, in the order given. */
  selectRangeTo(shotId: string, order: readonly string[]): void {
    const { selectedShotIds, focusedShotId } = this.state.getState()
    const anchor = selectedShotIds[0] ?? focusedShotId ?? shotId
    const from = Math.max(0, order.indexOf(anchor))
    const to = Math.max(0, order.indexOf(shotId))
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.state.setState({ ...NOTHING_SELECTED, selectedShotIds: from <= to ? range : range.toReversed(), focusedShotId: shotId })
  }

  selectClip(clip: SessionState['selectedClip']): void {
    this.state.setState({ ...NOTHING_SELECTED, selectedClip: clip })
  }

  selectTransition(afterShotId: string): void {
    this.state.setState({ ...NOTHING_SELECTED, selectedTransitionShotId: afterShotId })
  }

  clearSelection(): void {
    this.state.setState(NOTHING_SELECTED)
  }

  /** Forgets what belonged to the project that was closed. */
  leaveProject(): void {
    this.state.setState({ ...NOTHING_SELECTED, isPlaying: false, playRate: 1, openSheet: null })
  }
}

function readArrangement(storage: Pick<Storage, 'getItem'> | null): Partial<Arrangement> {
  try {
    const value: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Partial<Arrangement>) : {}
  } catch {
    // A damaged arrangement is not worth a message: the defaults take its place.
    return {}
  }
}
