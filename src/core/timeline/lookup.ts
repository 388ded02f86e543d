/** Finding things on a laid-out timeline: the shot under a frame, what a range touches, where a drag snaps. */
import type { ProjectDocument } from '../document/schema.ts'
import { layoutSequence, type ShotSpan, type Span, type TimelineLayout } from './layout.ts'

/** The shot that a frame shows; inside a transition the incoming one. Null outside the sequence. */
export function shotAtFrame(layout: TimelineLayout, frame: number): ShotSpan | null {
  if (frame < 0 || frame >= layout.totalFrames) return null
  return layout.shots[lastStartingAtOrBefore(layout.shots, frame)] ?? null
}

/** The shots that a frame shows: one, or inside a transition both, the outgoing first. */
export function shotsAtFrame(layout: TimelineLayout, frame: number): readonly ShotSpan[] {
  const incoming = shotAtFrame(layout, frame)
  if (!incoming) return []
  const outgoing = layout.shots[incoming.index - 1]
  return outgoing && frame < outgoing.endFrame ? [outgoing, incoming] : [incoming]
}

/** What touches a range of frames (end exclusive), in the given order: captions of a page, shots in view. */
export function spansIn<S extends Span>(spans: readonly S[], startFrame: number, endFrame: number): readonly S[] {
  return spans.filter((span) => span.startFrame < endFrame && span.endFrame > startFrame)
}

/** The longest transition that the cut after a shot can carry, in frames; 0 where there is no cut or no room. */
export function maxTransitionFrames(document: ProjectDocument, sequenceId: string, afterShotId: string): number {
  const layout = layoutSequence(document, sequenceId)
  const outgoing = layout.shots.find((span) => span.shotId === afterShotId)
  const incoming = outgoing && layout.shots[outgoing.index + 1]
  if (!outgoing || !incoming) return 0
  const room = Math.min(outgoing.durationFrames - outgoing.overlapBeforeFrames, incoming.durationFrames - incoming.overlapAfterFrames)
  return Math.max(0, room - 1)
}

/** Every frame that a drag can snap to: edges of shots, transitions, captions, titles and audio, and markers; ascending. */
export function snapTargets(layout: TimelineLayout): readonly number[] {
  const frames = new Set<number>([0, layout.totalFrames])
  for (const spans of [layout.shots, layout.transitions, layout.captions, layout.titles, layout.audio]) {
    for (const span of spans) frames.add(span.startFrame).add(span.endFrame)
  }
  for (const marker of layout.markers) frames.add(marker.startFrame)
  return [...frames].sort((left, right) => left - right)
}

/** The nearest target within the tolerance (of two, the earlier), or the frame itself. */
export function snapFrame(frame: number, targets: readonly number[], toleranceFrames: number): number {
  let nearest: number | null = null
  for (const target of targets) {
    const distance = Math.abs(target - frame)
    if (distance > toleranceFrames) continue
    const best = nearest === null ? Infinity : Math.abs(nearest - frame)
    if (distance < best || (distance === best && nearest !== null && target < nearest)) nearest = target
  }
  return nearest ?? frame
}

/** Binary search: starts ascend, since no shot's overlaps reach its whole length. */
function lastStartingAtOrBefore(spans: readonly Span[], frame: number): number {
  let low = 0
  let high = spans.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((spans[middle]?.startFrame ?? Infinity) <= frame) low = middle
    else high = middle - 1
  }
  return low
}
