/** What people are shown and told about each camera move: names, units, ranges, words for the sign, glyphs. */
import type { CameraKeyframe, CameraMove, CameraPreset, PresetMove } from '../document/schema.ts'
import { assertNever } from '../errors.ts'

export type CameraUnit = '' | '°' | 'm' | '×'

export interface CameraMoveInfo {
  readonly preset: CameraPreset
  /** "Pan", "Dolly". */
  readonly label: string
  /** What it does, in one short sentence. */
  readonly description: string
  readonly unit: CameraUnit
  readonly defaultAmount: number
  readonly min: number
  readonly max: number
  /** Amount of one step of a slider. */
  readonly step: number
  /** The word for an amount above the resting one, and for one below it; empty where the sign says nothing. */
  readonly positive: string
  readonly negative: string
  /** Id of the move's arrow drawing; the same in cards, timeline and inspector. */
  readonly glyph: string
}

/** Descriptive table of the presets; the order is that of menus. */
export const CAMERA_MOVES: Readonly<Record<CameraPreset, CameraMoveInfo>> = Object.freeze({
  static: row('static', 'Static', 'The camera stands still.', '', 0, 0, 0, 0, '', ''),
  pan: row('pan', 'Pan', 'Turns about the vertical axis from a fixed place.', '°', 20, -90, 90, 1, 'right', 'left'),
  tilt: row('tilt', 'Tilt', 'Turns up or down from a fixed place.', '°', 12, -60, 60, 1, 'up', 'down'),
  roll: row('roll', 'Roll', 'Turns about the lens axis.', '°', 8, -90, 90, 1, 'clockwise', 'anticlockwise'),
  truck: row('truck', 'Truck', 'Travels sideways, so that near things pass far ones.', 'm', 0.8, -5, 5, 0.1, 'right', 'left'),
  pedestal: row('pedestal', 'Pedestal', 'Travels straight up or down.', 'm', 0.5, -3, 3, 0.1, 'up', 'down'),
  dolly: row('dolly', 'Dolly', 'Travels towards the subject or away from it.', 'm', 1.2, -8, 3, 0.1, 'in', 'out'),
  zoom: row('zoom', 'Zoom', 'Changes the focal length only; near and far grow alike.', '×', 1.5, 0.25, 4, 0.05, 'in', 'out'),
  orbit: row('orbit', 'Orbit', 'Travels on a circle around the subject.', '°', 25, -60, 60, 1, 'right', 'left'),
  crane: row('crane', 'Crane', 'Rises or sinks on an arc and keeps the subject in the middle.', 'm', 1.2, -4, 4, 0.1, 'up', 'down'),
  tracking: row('tracking', 'Tracking', 'Travels beside a moving subject and keeps its distance.', 'm', 0.8, -8, 8, 0.1, 'right', 'left'),
  handheld: row('handheld', 'Handheld', 'Sways a little, as if held by hand.', '°', 1.5, 0.1, 6, 0.1, '', ''),
  'whip-pan': row('whip-pan', 'Whip pan', 'Turns so fast that the picture smears.', '°', 60, -180, 180, 5, 'right', 'left', 'camera-whip'),
  'dolly-zoom': row('dolly-zoom', 'Dolly zoom', 'Travels while the lens zooms the other way: the subject keeps its size, the background does not.', 'm', 1, -8, 3, 0.1, 'in', 'out', 'camera-vertigo'),
  'rack-focus': row('rack-focus', 'Rack focus', 'Moves the plane in focus from the subject to another distance.', 'm', 8, 0.3, 50, 0.1, '', '', 'camera-focus'),
})

/** Glyphs of a move between keyframes, and of moves at once. */
export const KEYFRAMES_GLYPH = 'camera-path'
export const COMBINED_GLYPH = 'camera-combined'

/** A move of a preset with its default amount. */
export function defaultMove(preset: CameraPreset): CameraMove {
  return { kind: 'preset', preset, amount: CAMERA_MOVES[preset].defaultAmount, easing: preset === 'static' ? 'linear' : 'ease-in-out' }
}

/** True where the camera stays as it is. */
export function isStaticMove(move: CameraMove): boolean {
  if (move.kind === 'keyframes') return false
  return partsOf(move).every(({ preset, amount }) => preset === 'static' || (preset !== 'rack-focus' && sizeOf(preset, amount) === 0))
}

/** Presets with amounts as one move: one alone is itself, several run at once. */
export function moveOf(parts: readonly PresetMove[]): CameraMove {
  const [first, ...others] = parts
  if (!first) return defaultMove('static')
  return others.length === 0 ? { kind: 'preset', ...first } : { kind: 'combined', moves: parts }
}

/** The presets of a move; empty for a path between keyframes. */
export function partsOf(move: CameraMove): readonly PresetMove[] {
  if (move.kind === 'keyframes') return []
  if (move.kind === 'combined') return move.moves
  const { kind: _, ...part } = move
  return [part]
}

/** The glyph id that stands for a move; mirrored moves have glyphs of their own: `camera-pan-right`. */
export function moveGlyph(move: CameraMove): string {
  if (move.kind === 'keyframes') return KEYFRAMES_GLYPH
  if (move.kind === 'combined') return COMBINED_GLYPH
  const { glyph } = CAMERA_MOVES[move.preset]
  const direction = directionWord(move.preset, move.amount)
  return direction === '' ? glyph : `${glyph}-${direction}`
}

/** Which way a move goes: "right", "out"; empty where it goes nowhere or has no direction. */
export function directionWord(preset: CameraPreset, amount: number): string {
  const { positive, negative } = CAMERA_MOVES[preset]
  const side = preset === 'zoom' ? Math.log(Math.max(amount, Number.MIN_VALUE)) : amount
  if (side === 0 || !Number.isFinite(amount)) return ''
  return side > 0 ? positive : negative
}

/** A move in short words: "Pan right 20°", "Zoom in 1.5×", "Static", "Camera path, 3 keyframes". */
export function describeMove(move: CameraMove): string {
  switch (move.kind) {
    case 'keyframes': return `Camera path, ${move.keyframes.length} keyframes`
    case 'preset': return describePreset(move.preset, move.amount)
    case 'combined': return move.moves.map(({ preset, amount }) => describePreset(preset, amount)).join(' + ')
    default: return assertNever(move)
  }
}

function describePreset(preset: CameraPreset, amount: number): string {
  const { label, unit } = CAMERA_MOVES[preset]
  if (unit === '') return label
  const direction = directionWord(preset, amount)
  const size = preset === 'zoom' ? (amount < 1 && amount > 0 ? 1 / amount : amount) : Math.abs(amount)
  const figure = `${Number(size.toFixed(2))}${unit === 'm' ? ' m' : unit}`
  return [label, direction, figure].filter((part) => part !== '').join(' ')
}

/** How a model calls a move one way and the other way. */
export type CameraWording = Readonly<Record<CameraPreset, { readonly positive: string; readonly negative: string }>>

/** What most models read; families with words of their own lay them over these. */
export const PLAIN_CAMERA_WORDING: CameraWording = Object.freeze({
  static: { positive: 'the camera is static', negative: 'the camera is static' },
  pan: { positive: 'the camera pans right', negative: 'the camera pans left' },
  tilt: { positive: 'the camera tilts up', negative: 'the camera tilts down' },
  roll: { positive: 'the camera rolls clockwise', negative: 'the camera rolls anticlockwise' },
  truck: { positive: 'the camera moves right', negative: 'the camera moves left' },
  pedestal: { positive: 'the camera moves up', negative: 'the camera moves down' },
  dolly: { positive: 'the camera pushes forward', negative: 'the camera pulls back' },
  zoom: { positive: 'the camera zooms in', negative: 'the camera zooms out' },
  orbit: { positive: 'the camera orbits the subject to the right', negative: 'the camera orbits the subject to the left' },
  crane: { positive: 'the camera cranes up', negative: 'the camera cranes down' },
  tracking: { positive: 'the camera tracks the subject to the right', negative: 'the camera tracks the subject to the left' },
  handheld: { positive: 'handheld camera', negative: 'handheld camera' },
  'whip-pan': { positive: 'a whip pan to the right', negative: 'a whip pan to the left' },
  'dolly-zoom': { positive: 'a dolly zoom, the camera pushes forward while the lens zooms out', negative: 'a dolly zoom, the camera pulls back while the lens zooms in' },
  'rack-focus': { positive: 'the focus racks away from the subject', negative: 'the focus racks away from the subject' },
})

/** Moves that are named without a tempo: it is part of what they are. */
const WITHOUT_TEMPO: ReadonlySet<CameraPreset> = new Set(['handheld', 'whip-pan', 'dolly-zoom', 'rack-focus'])

/** Amounts up to the default read as slow, those from twice the default as fast. */
const FAST_FROM = 2

/** A move as the words that models prompted by text understand ("the camera pans right slowly"); for a path with keyframes, those of its largest component from start to end. */
export function cameraWords(move: CameraMove): string {
  return cameraWordsIn(PLAIN_CAMERA_WORDING, move)
}

/** The same in another family's words. */
export function cameraWordsIn(wording: CameraWording, move: CameraMove): string {
  if (move.kind === 'preset') return presetWords(move.preset, move.amount, wording)
  if (move.kind === 'combined') return combinedWords(move.moves, wording)
  const [preset, amount] = netMove(move.keyframes)
  return presetWords(preset, amount, wording)
}

/** "the camera pans right slowly while it pushes forward"; parts that go nowhere are left out. */
function combinedWords(moves: readonly PresetMove[], wording: CameraWording): string {
  const parts = moves.filter(({ preset, amount }) => preset !== 'static' && sizeOf(preset, amount) !== 0).map(({ preset, amount }) => presetWords(preset, amount, wording))
  const [first = wording.static.positive, ...others] = parts
  return [first, ...others.map((words) => words.replace(/^the camera /, 'it '))].join(' while ')
}

function presetWords(preset: CameraPreset, amount: number, wording: CameraWording): string {
  const size = sizeOf(preset, amount)
  if (preset === 'static' || size === 0) return wording.static.positive
  const words = size > 0 ? wording[preset].positive : wording[preset].negative
  if (WITHOUT_TEMPO.has(preset)) return words
  const relative = Math.abs(size / sizeOf(preset, CAMERA_MOVES[preset].defaultAmount))
  if (relative <= 1) return `${words} slowly`
  return relative >= FAST_FROM ? `${words} quickly` : words
}

/** Amount on a scale where 0 is no move and opposite moves have opposite signs. */
function sizeOf(preset: CameraPreset, amount: number): number {
  return preset === 'zoom' ? Math.log(Math.max(amount, Number.MIN_VALUE)) : amount
}

function netMove(keyframes: readonly CameraKeyframe[]): readonly [CameraPreset, number] {
  const ordered = [...keyframes].sort((a, b) => a.at - b.at)
  const [first, last] = [ordered[0], ordered.at(-1)]
  if (!first || !last) return ['static', 0]
  const components: readonly (readonly [CameraPreset, number])[] = [
    ['pan', last.rotation.yaw - first.rotation.yaw],
    ['tilt', last.rotation.pitch - first.rotation.pitch],
    ['roll', last.rotation.roll - first.rotation.roll],
    ['truck', last.position[0] - first.position[0]],
    ['pedestal', last.position[1] - first.position[1]],
    ['dolly', last.position[2] - first.position[2]],
    ['zoom', last.focalLengthMm / first.focalLengthMm],
  ]
  let best: readonly [CameraPreset, number] = ['static', 0]
  let most = 0
  for (const [preset, amount] of components) {
    const weight = Math.abs(sizeOf(preset, amount) / sizeOf(preset, CAMERA_MOVES[preset].defaultAmount))
    if (weight > most) [best, most] = [[preset, amount], weight]
  }
  return best
}

function row(
  preset: CameraPreset, label: string, description: string, unit: CameraUnit,
  defaultAmount: number, min: number, max: number, step: number, positive: string, negative: string, glyph = `camera-${preset}`,
): CameraMoveInfo {
  return Object.freeze({ preset, label, description, unit, defaultAmount, min, max, step, positive, negative, glyph })
}
