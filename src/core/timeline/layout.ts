/** Where everything of a sequence lies: positions are derived from the order and lengths of its shots, never stored. */
import type { AudioClipId, CaptionId, MarkerId, SequenceId, ShotId, TitleId, TransitionId } from '../document/ids.ts'
import type { Anchor, ProjectDocument, Shot, Transition, TransitionKind } from '../document/schema.ts'

/** A stretch of the timeline in project frames; the end is exclusive. */
export interface Span {
  readonly startFrame: number
  readonly endFrame: number
}

export interface ShotSpan extends Span {
  readonly shotId: ShotId
  readonly index: number
  readonly durationFrames: number
  /** Frames shared with the shot before, in the transition. */
  readonly overlapBeforeFrames: number
  readonly overlapAfterFrames: number
}

export interface TransitionSpan extends Span {
  readonly transitionId: TransitionId
  readonly kind: TransitionKind
  readonly colour: string
  readonly fromShotId: ShotId
  readonly toShotId: ShotId
  readonly durationFrames: number
}

export interface CaptionSpan extends Span { readonly captionId: CaptionId }
export interface TitleSpan extends Span { readonly titleId: TitleId }
export interface AudioSpan extends Span { readonly audioClipId: AudioClipId }
/** A marker is a point: its end is one frame after its start. */
export interface MarkerSpan extends Span { readonly markerId: MarkerId }

export interface TimelineLayout {
  readonly sequenceId: SequenceId
  /** Sum of the shots' lengths less the transitions' overlaps; what hangs over the end of the last shot does not count. */
  readonly totalFrames: number
  readonly shots: readonly ShotSpan[]
  readonly transitions: readonly TransitionSpan[]
  readonly captions: readonly CaptionSpan[]
  readonly titles: readonly TitleSpan[]
  readonly audio: readonly AudioSpan[]
  readonly markers: readonly MarkerSpan[]
}

/** Documents are immutable, so a layout holds as long as its document lives: each is laid out once. */
const layouts = new WeakMap<ProjectDocument, Map<string, TimelineLayout>>()

/** The layout of a sequence; an unknown sequence is laid out empty. Lists are sorted by start. */
export function layoutSequence(document: ProjectDocument, sequenceId: string): TimelineLayout {
  const ofDocument = layouts.get(document) ?? new Map<string, TimelineLayout>()
  layouts.set(document, ofDocument)
  const known = ofDocument.get(sequenceId)
  if (known) return known
  const layout = computeLayout(document, sequenceId as SequenceId)
  ofDocument.set(sequenceId, layout)
  return layout
}

/** The transitions of a sequence by the shot they follow. */
export function transitionsByShot(document: ProjectDocument, sequenceId: string): ReadonlyMap<ShotId, Transition> {
  const byShot = new Map<ShotId, Transition>()
  for (const transition of Object.values(document.transitions)) {
    if (transition.sequenceId === sequenceId) byShot.set(transition.afterShotId, transition)
  }
  return byShot
}

function computeLayout(document: ProjectDocument, sequenceId: SequenceId): TimelineLayout {
  const shots = shotsInOrder(document, sequenceId)
  const byShot = transitionsByShot(document, sequenceId)
  const spans: ShotSpan[] = []
  const transitions: TransitionSpan[] = []
  let endFrame = 0
  let overlapBeforeFrames = 0
  for (const [index, shot] of shots.entries()) {
    const next = shots[index + 1]
    const transition = next ? byShot.get(shot.id) : undefined
    const startFrame = endFrame - overlapBeforeFrames
    endFrame = startFrame + shot.durationFrames
    const overlapAfterFrames = transition?.durationFrames ?? 0
    spans.push({ shotId: shot.id, index, startFrame, endFrame, durationFrames: shot.durationFrames, overlapBeforeFrames, overlapAfterFrames })
    if (transition && next) transitions.push(transitionSpan(transition, next, endFrame))
    overlapBeforeFrames = overlapAfterFrames
  }
  const startByShot = new Map(spans.map((span) => [span.shotId, span.startFrame]))
  const place = (record: { readonly anchor: Anchor; readonly durationFrames: number }): Span => {
    const startFrame = record.anchor.offsetFrames + (record.anchor.shotId === null ? 0 : startByShot.get(record.anchor.shotId) ?? 0)
    return { startFrame, endFrame: startFrame + record.durationFrames }
  }
  return {
    sequenceId,
    totalFrames: endFrame,
    shots: spans,
    transitions,
    captions: ofSequence(document.captions, sequenceId).map((caption) => ({ captionId: caption.id, ...place(caption) })).sort(byStart),
    titles: ofSequence(document.titles, sequenceId).map((title) => ({ titleId: title.id, ...place(title) })).sort(byStart),
    audio: ofSequence(document.audioClips, sequenceId).map((clip) => ({ audioClipId: clip.id, ...place(clip) })).sort(byStart),
    markers: ofSequence(document.markers, sequenceId).map((marker) => ({ markerId: marker.id, ...place({ anchor: marker.anchor, durationFrames: 1 }) })).sort(byStart),
  }
}

function shotsInOrder(document: ProjectDocument, sequenceId: SequenceId): Shot[] {
  const shotIds = document.sequences[sequenceId]?.shotIds ?? []
  return shotIds.flatMap((shotId) => document.shots[shotId] ?? [])
}

function transitionSpan(transition: Transition, next: Shot, outgoingEndFrame: number): TransitionSpan {
  const { id, kind, colour, afterShotId, durationFrames } = transition
  return {
    transitionId: id, kind, colour, fromShotId: afterShotId, toShotId: next.id, durationFrames,
    startFrame: outgoingEndFrame - durationFrames, endFrame: outgoingEndFrame,
  }
}

function ofSequence<R extends { readonly sequenceId: SequenceId }>(records: Readonly<Record<string, R>>, sequenceId: SequenceId): R[] {
  return Object.values(records).filter((record) => record.sequenceId === sequenceId)
}

function byStart(left: Span, right: Span): number {
  return left.startFrame - right.startFrame
}
