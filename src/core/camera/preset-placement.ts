/** Where each preset puts the camera at a moment: one formula a preset; signs as the document schema states them. */
import type { CameraPreset } from '../document/schema.ts'
import { handheldSway } from './handheld.ts'
import { radians } from './pose.ts'
import type { EulerDegrees, Vector3 } from './pose.ts'

/** A camera relative to the first frame; what is absent is as it was there. */
export interface Placement {
  readonly position?: Vector3
  readonly turn?: Partial<EulerDegrees>
  /** Ratio to the focal length at the start. */
  readonly zoom?: number
  readonly focusDistanceM?: number
}

export interface PlacementContext {
  readonly amount: number
  /** Eased fraction of the move, 0 to 1. */
  readonly done: number
  /** Fraction of the shot that has passed, 0 to 1. */
  readonly passed: number
  readonly seconds: number
  readonly subjectDistanceM: number
  readonly frequencyHz?: number | undefined
}

const DEGREES = 180 / Math.PI
/** A whip pan rests before and after; the turn itself takes the middle of the shot. */
const WHIP = { from: 0.35, to: 0.65 }

export const PLACEMENTS: Readonly<Record<CameraPreset, (context: PlacementContext) => Placement>> = Object.freeze({
  'static': () => ({}),
  'pan': ({ amount, done }) => ({ turn: { yaw: amount * done } }),
  'tilt': ({ amount, done }) => ({ turn: { pitch: amount * done } }),
  'roll': ({ amount, done }) => ({ turn: { roll: amount * done } }),
  'truck': ({ amount, done }) => ({ position: [amount * done, 0, 0] }),
  'pedestal': ({ amount, done }) => ({ position: [0, amount * done, 0] }),
  'dolly': ({ amount, done }) => ({ position: [0, 0, amount * done] }),
  // Equal ratios in equal times look like an even zoom.
  'zoom': ({ amount, done }) => ({ zoom: amount ** done }),
  // A circle around the subject; the camera turns back by the angle it has travelled, so the subject stays in the middle.
  'orbit': ({ amount, done, subjectDistanceM }) => {
    const angle = radians(amount * done)
    return { position: [subjectDistanceM * Math.sin(angle), 0, subjectDistanceM * (1 - Math.cos(angle))], turn: { yaw: -angle * DEGREES } }
  },
  // The same arc stood upright; `amount` metres are travelled along it.
  'crane': ({ amount, done, subjectDistanceM }) => {
    const angle = (amount * done) / subjectDistanceM
    return { position: [0, subjectDistanceM * Math.sin(angle), subjectDistanceM * (1 - Math.cos(angle))], turn: { pitch: -angle * DEGREES } }
  },
  // The camera's own way is a truck's; that the subject travels with it is said in words.
  'tracking': ({ amount, done }) => ({ position: [amount * done, 0, 0] }),
  'handheld': ({ amount, seconds, frequencyHz }) => ({ turn: handheldSway(amount, seconds, frequencyHz) }),
  'whip-pan': ({ amount, passed }) => ({ turn: { yaw: amount * whip(passed) } }),
  // The focal length follows the distance, so the subject keeps its size while the background grows or shrinks.
  'dolly-zoom': ({ amount, done, subjectDistanceM }) => ({ position: [0, 0, amount * done], zoom: (subjectDistanceM - amount * done) / subjectDistanceM }),
  // Equal ratios again: focus rings turn by ratios of distance.
  'rack-focus': ({ amount, done, subjectDistanceM }) => ({ focusDistanceM: subjectDistanceM * (amount / subjectDistanceM) ** done }),
})

/** Quintic, so that speed and acceleration rest at both ends. */
function whip(passed: number): number {
  const t = Math.min(1, Math.max(0, (passed - WHIP.from) / (WHIP.to - WHIP.from)))
  return t * t * t * (t * (6 * t - 15) + 10)
}
