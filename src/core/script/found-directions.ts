/** Gathers the directions of one shot; the first word on each subject counts, later ones stay in the text. */
import { CAMERA_MOVES } from '../camera/moves.ts'
import type { CameraMove, TransitionKind } from '../document/schema.ts'
import type { Direction } from './camera-table.ts'
import type { Directions } from './parsed-shot.ts'
import type { Framing } from './size-table.ts'

/** Longest and shortest shot that a script can ask for, in seconds. */
const SHORTEST_SECONDS = 0.1
const LONGEST_SECONDS = 600

export class FoundDirections {
  #found: Directions = { shotSize: null, angle: null, camera: null, durationSeconds: null, transition: null }
  #transitionBefore: Directions['transition'] = null

  get directions(): Directions {
    return this.#found
  }

  /** How the shot before leads to this one: "Cut to: …" opens many shots. */
  get transitionBefore(): Directions['transition'] {
    return this.#transitionBefore
  }

  /** False where the framing says nothing new, so that its words stay. */
  takeFraming({ shotSize, angle }: Framing): boolean {
    const isNew = (shotSize !== undefined && this.#found.shotSize === null) || (angle !== undefined && this.#found.angle === null)
    if (isNew) this.#found = { ...this.#found, shotSize: this.#found.shotSize ?? shotSize ?? null, angle: this.#found.angle ?? angle ?? null }
    return isNew
  }

  takeCamera(direction: Direction, tempo: number, amount: number | null): boolean {
    if (this.#found.camera !== null) return false
    this.#found = { ...this.#found, camera: toMove(direction, tempo, amount) }
    return true
  }

  takeDuration(seconds: number): boolean {
    if (this.#found.durationSeconds !== null || !(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)) return false
    this.#found = { ...this.#found, durationSeconds: seconds }
    return true
  }

  takeTransition(kind: 'cut' | TransitionKind, place: 'before' | 'after'): boolean {
    if (place === 'before') {
      if (this.#transitionBefore !== null) return false
      this.#transitionBefore = kind
      return true
    }
    if (this.#found.transition !== null) return false
    this.#found = { ...this.#found, transition: kind }
    return true
  }
}

/** A stated amount wins; else the preset's default, faster or slower by the tempo; within the preset's range either way. */
function toMove({ preset, sign }: Direction, tempo: number, amount: number | null): CameraMove {
  const { defaultAmount, min, max } = CAMERA_MOVES[preset]
  if (preset === 'static') return { kind: 'preset', preset, amount: 0, easing: 'linear' }
  if (preset === 'handheld') return { kind: 'preset', preset, amount: defaultAmount * tempo, easing: 'linear' }
  const size = amount ?? rounded(preset === 'zoom' ? defaultAmount ** tempo : defaultAmount * tempo)
  const signed = preset === 'zoom' ? (sign < 0 ? rounded(1 / size) : size) : size * sign
  return { kind: 'preset', preset, amount: Math.min(max, Math.max(min, signed)), easing: 'ease-in-out' }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
