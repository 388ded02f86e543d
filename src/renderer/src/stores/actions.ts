/** Everything that a shortcut, the command palette or a menu can do, in one table: the keyboard handler and the shortcut sheet read it. */
import { t } from '../ui/strings/strings.ts'
import {
  addCaption, addMusic, addShot, addTitle, deleteSelection, derivedOf, duplicateShot, goToCut, splitAtPlayhead, stepShots, toggleLock, trimToPlayhead,
} from './edits.ts'
import { askBridge, askExtend, askRetake, askVariations } from './operate.ts'
import { markEdge, nudgeRange } from './ranges.ts'
import type { Guides, SessionState } from './session-store.ts'
import type { Studio } from './studio.ts'

export type ActionGroup = keyof typeof t.sheet.groups

export interface Action {
  readonly id: string
  readonly group: ActionGroup
  readonly label: string
  /** "Mod+Shift+Z"; Mod is Ctrl, and Cmd on a Mac. The first is the one shown. */
  readonly shortcuts: readonly string[]
  run(studio: Studio): void
  /** For what lasts as long as its key is held. */
  readonly release?: (studio: Studio) => void
}

const NEXT_GUIDES: Readonly<Record<Guides, Guides>> = Object.freeze({ none: 'thirds', thirds: 'safe', safe: 'none' })
const FASTEST_RATE = 8
const ZOOM_STEP = 1.4

export const ACTIONS: readonly Action[] = [
  action('togglePlay', 'playback', ['Space', 'K'], (studio) => play(studio, (state) => ({ isPlaying: !state.isPlaying, playRate: 1 }))),
  action('playForward', 'playback', ['L'], (studio) => play(studio, (state) => ({ isPlaying: true, playRate: state.isPlaying && state.playRate > 0 ? Math.min(FASTEST_RATE, state.playRate * 2) : 1 }))),
  action('playBackward', 'playback', ['J'], (studio) => play(studio, (state) => ({ isPlaying: true, playRate: state.isPlaying && state.playRate < 0 ? Math.max(-FASTEST_RATE, state.playRate * 2) : -1 }))),
  action('previousFrame', 'playback', ['ArrowLeft'], (studio) => stepTo(studio, -1)),
  action('nextFrame', 'playback', ['ArrowRight'], (studio) => stepTo(studio, 1)),
  action('previousSecond', 'playback', ['Shift+ArrowLeft'], (studio) => nudgeRange(studio, -1) || stepTo(studio, -framesOfSecond(studio))),
  action('nextSecond', 'playback', ['Shift+ArrowRight'], (studio) => nudgeRange(studio, 1) || stepTo(studio, framesOfSecond(studio))),
  action('previousCut', 'playback', ['ArrowUp', 'PageUp'], (studio) => goToCut(studio, -1)),
  action('nextCut', 'playback', ['ArrowDown', 'PageDown'], (studio) => goToCut(studio, 1)),
  action('goToStart', 'playback', ['Home'], (studio) => studio.playhead.seek(0)),
  action('goToEnd', 'playback', ['End'], (studio) => studio.playhead.seek(studio.playhead.lastFrame)),
  action('mute', 'playback', ['M'], (studio) => studio.session.arrange({ isMuted: !studio.session.state.getState().isMuted })),

  action('addShot', 'storyboard', ['N'], (studio) => void addShot(studio)),
  action('duplicateShot', 'storyboard', ['Mod+D'], (studio) => withFocused(studio, (shotId) => void duplicateShot(studio, shotId))),
  action('deleteSelection', 'storyboard', ['Delete', 'Backspace'], deleteSelection),
  action('selectAll', 'storyboard', ['Mod+A'], (studio) => studio.session.selectShots(derivedOf(studio)?.shotIds ?? [])),
  action('clearSelection', 'storyboard', ['Escape'], (studio) => (studio.operations.state.getState().draft ? studio.operations.prepare(null) : studio.session.clearSelection())),
  action('moveEarlier', 'storyboard', ['Alt+ArrowLeft', 'Alt+ArrowUp'], (studio) => stepShots(studio, selection(studio), -1)),
  action('moveLater', 'storyboard', ['Alt+ArrowRight', 'Alt+ArrowDown'], (studio) => stepShots(studio, selection(studio), 1)),
  action('toggleLock', 'storyboard', ['Mod+L'], (studio) => toggleLock(studio, selection(studio))),
  action('generateStale', 'storyboard', ['Mod+Enter'], (studio) => void studio.generate(null)),
  action('generateSelected', 'storyboard', ['Mod+Shift+Enter'], (studio) => selection(studio).length > 0 && void studio.generate(selection(studio))),
  action('newVariation', 'storyboard', ['V'], (studio) => withFocused(studio, (shotId) => void studio.generate([shotId], true))),
  action('variations', 'storyboard', ['Shift+V'], (studio) => askVariations(studio)),
  action('retakeRange', 'storyboard', ['R'], askRetake),
  action('extendAfter', 'storyboard', ['E'], (studio) => askExtend(studio, 'after')),
  action('extendBefore', 'storyboard', ['Shift+E'], (studio) => askExtend(studio, 'before')),
  action('bridge', 'storyboard', ['Shift+B'], (studio) => askBridge(studio)),
  { ...action('compareTakes', 'playback', ['B'], (studio) => studio.operations.setComparing(true)), release: (studio) => studio.operations.setComparing(false) },

  action('markIn', 'timeline', ['I'], (studio) => markEdge(studio, 'start')),
  action('markOut', 'timeline', ['O'], (studio) => markEdge(studio, 'end')),
  action('rangeTool', 'timeline', ['Shift+R'], (studio) => studio.operations.toggleRangeTool()),
  action('split', 'timeline', ['S', 'Mod+B'], splitAtPlayhead),
  action('trimStart', 'timeline', ['Q'], (studio) => trimToPlayhead(studio, 'start')),
  action('trimEnd', 'timeline', ['W'], (studio) => trimToPlayhead(studio, 'end')),
  action('addTitle', 'timeline', ['T'], (studio) => void addTitle(studio)),
  action('addCaption', 'timeline', ['C'], (studio) => void addCaption(studio)),
  action('addMusic', 'timeline', [], (studio) => void addMusic(studio)),
  action('zoomIn', 'timeline', ['=', '+'], (studio) => studio.session.zoomTo(studio.session.state.getState().pixelsPerSecond * ZOOM_STEP)),
  action('zoomOut', 'timeline', ['-'], (studio) => studio.session.zoomTo(studio.session.state.getState().pixelsPerSecond / ZOOM_STEP)),
  action('zoomFit', 'timeline', ['Shift+Z'], (studio) => studio.session.requestFit()),
  action('toggleSnapping', 'timeline', ['Shift+S'], (studio) => studio.session.arrange({ isSnapping: !studio.session.state.getState().isSnapping })),

  action('undo', 'project', ['Mod+Z'], (studio) => void studio.undo()),
  action('redo', 'project', ['Mod+Shift+Z', 'Mod+Y'], (studio) => void studio.redo()),
  action('save', 'project', ['Mod+S'], (studio) => void save(studio)),
  action('library', 'project', [], (studio) => studio.closeProject()),

  action('viewStoryboard', 'view', ['1'], (studio) => studio.session.arrange({ view: 'storyboard' })),
  action('viewEdit', 'view', ['2'], (studio) => studio.session.arrange({ view: 'edit' })),
  action('viewDeliver', 'view', ['3'], (studio) => studio.session.arrange({ view: 'deliver' })),
  action('toggleGuides', 'view', ['G'], (studio) => studio.session.arrange({ guides: NEXT_GUIDES[studio.session.state.getState().guides] })),
  action('fullScreen', 'view', ['F'], (studio) => studio.session.requestFullScreen()),
  action('toggleTheme', 'view', [], (studio) => studio.session.arrange({ theme: studio.session.state.getState().theme === 'dark' ? 'light' : 'dark' })),
  action('packs', 'view', [], (studio) => studio.session.state.setState({ openScreen: 'packs' })),
  action('doctor', 'view', [], (studio) => studio.session.state.setState({ openScreen: 'doctor' })),
  action('palette', 'view', ['Mod+K'], (studio) => studio.session.state.setState({ openSheet: 'palette' })),
  action('shortcuts', 'view', ['?'], (studio) => studio.session.state.setState({ openSheet: 'shortcuts' })),
]

const ACTIONS_BY_ID: ReadonlyMap<string, Action> = new Map(ACTIONS.map((entry) => [entry.id, entry]))

export type ActionId = keyof typeof t.actions

export function actionById(id: ActionId): Action {
  const found = ACTIONS_BY_ID.get(id)
  if (!found) throw new Error(`There is no action "${id}".`)
  return found
}

/** The shortcut that is shown for an action. */
export function shortcutOf(id: ActionId): string | undefined {
  return actionById(id).shortcuts[0]
}

const ACTIONS_BY_SHORTCUT: ReadonlyMap<string, Action> = new Map(ACTIONS.flatMap((entry) => entry.shortcuts.map((shortcut) => [normalised(shortcut), entry] as const)))

/** The action of a key press; null where it has none. */
export function actionOfKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): Action | null {
  const key = event.key === ' ' ? 'Space' : event.key
  // Signs such as "?" and "+" already contain the Shift that they are typed with.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key)
  const parts = [event.ctrlKey || event.metaKey ? 'Mod' : '', event.altKey ? 'Alt' : '', event.shiftKey && !isSign ? 'Shift' : '', key]
  return ACTIONS_BY_SHORTCUT.get(normalised(parts.filter(Boolean).join('+'))) ?? null
}

function normalised(shortcut: string): string {
  if (shortcut === '+' || shortcut.length === 1) return shortcut.toLowerCase()
  const parts = shortcut.split('+')
  const key = parts.at(-1) ?? ''
  return [...parts.slice(0, -1).sort(), key.toLowerCase()].join('+')
}

function action(id: ActionId, group: ActionGroup, shortcuts: readonly string[], run: (studio: Studio) => unknown): Action {
  return { id, group, label: t.actions[id], shortcuts, run: (studio) => void run(studio) }
}

function play(studio: Studio, change: (state: SessionState) => Partial<SessionState>): void {
  studio.session.state.setState(change(studio.session.state.getState()))
}

function stepTo(studio: Studio, frames: number): void {
  play(studio, () => ({ isPlaying: false, playRate: 1 }))
  studio.playhead.seek(studio.playhead.frame + frames)
}

function framesOfSecond(studio: Studio): number {
  const rate = derivedOf(studio)?.document.project.frameRate
  return rate ? Math.round(rate.num / rate.den) : 1
}

function selection(studio: Studio): readonly string[] {
  return studio.session.state.getState().selectedShotIds
}

function withFocused(studio: Studio, run: (shotId: string) => void): void {
  const { focusedShotId } = studio.session.state.getState()
  if (focusedShotId) run(focusedShotId)
}

async function save(studio: Studio): Promise<void> {
  const { projectId } = studio
  if (!projectId) return
  const answer = await studio.ask('project.save', { projectId })
  if (answer) studio.notices.add({ kind: 'done', title: t.project.saved, text: answer.file })
}
