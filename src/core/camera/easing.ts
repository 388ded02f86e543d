/** Easing curves: how far along a move is, as a function of how much of its time has passed. */
import type { Easing } from '../document/schema.ts'

type Curve = (passed: number) => number

const CURVES: Readonly<Record<Easing, Curve>> = Object.freeze({
  'linear': (t) => t,
  'ease-in': (t) => t * t,
  'ease-out': (t) => t * (2 - t),
  'ease-in-out': (t) => t * t * (3 - 2 * t),
})

/** Fraction of the way (0 to 1) at a fraction of the time (clamped to 0 to 1); 0 and 1 are kept exactly. */
export function ease(easing: Easing, passed: number): number {
  return CURVES[easing](Math.min(1, Math.max(0, passed)))
}
