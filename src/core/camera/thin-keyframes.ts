/** Fewer keyframes for the same path: those that lie on the straight way between others are left out. */
import type { CameraKeyframe } from '../document/schema.ts'

/** As many as a document keeps in one move. */
export const MAX_KEYFRAMES = 64
/** Deviation that nobody sees: metres, degrees, and the logarithm of the focal length. */
const TOLERANCE = { metres: 0.001, degrees: 0.02, focal: 0.0005 }

/**
 * The first, the last, and of the others the ones that matter most, until every left-out one lies within the tolerance of
 * the linear way between its kept neighbours, or the limit is reached (Ramer 1972, the worst frame first). Keyframes come
 * in the order of their time.
 */
export function thinKeyframes(keyframes: readonly CameraKeyframe[]): readonly CameraKeyframe[] {
  const kept = new Set([0, keyframes.length - 1])
  const spans: Span[] = []
  const consider = (start: number, end: number): void => {
    const span = worstOf(keyframes, start, end)
    if (span !== null && span.deviation > 1) spans.push(span)
  }
  consider(0, keyframes.length - 1)
  while (spans.length > 0 && kept.size < MAX_KEYFRAMES) {
    spans.sort((a, b) => b.deviation - a.deviation)
    const { start, end, worst } = spans.shift()!
    kept.add(worst)
    consider(start, worst)
    consider(worst, end)
  }
  return [...kept].sort((a, b) => a - b).map((index) => keyframes[index]!)
}

interface Span { readonly start: number; readonly end: number; readonly worst: number; readonly deviation: number }

/** The frame between two that is furthest from the straight way, in tolerances. */
function worstOf(keyframes: readonly CameraKeyframe[], start: number, end: number): Span | null {
  let found: Span | null = null
  const [from, to] = [keyframes[start]!, keyframes[end]!]
  for (let index = start + 1; index < end; index++) {
    const deviation = deviationOf(keyframes[index]!, from, to)
    if (found === null || deviation > found.deviation) found = { start, end, worst: index, deviation }
  }
  return found
}

function deviationOf(keyframe: CameraKeyframe, from: CameraKeyframe, to: CameraKeyframe): number {
  const done = to.at > from.at ? (keyframe.at - from.at) / (to.at - from.at) : 0
  const off = (pick: (k: CameraKeyframe) => number): number => Math.abs(pick(keyframe) - (pick(from) + (pick(to) - pick(from)) * done))
  return Math.max(
    ...[0, 1, 2].map((axis) => off(({ position }) => position[axis]!) / TOLERANCE.metres),
    off(({ rotation }) => rotation.yaw) / TOLERANCE.degrees, off(({ rotation }) => rotation.pitch) / TOLERANCE.degrees, off(({ rotation }) => rotation.roll) / TOLERANCE.degrees,
    off(({ focalLengthMm }) => Math.log(focalLengthMm)) / TOLERANCE.focal,
  )
}
