/** Ranges of takes by mouse and keyboard: from frames of the sequence to whole latent frames of the shown take, and back. */
import { sourceFrameOf } from '#core/render/graph.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import type { ShotSpan } from '#core/timeline/layout.ts'
import { shotAtFrame } from '#core/timeline/lookup.ts'
import { latentStepOf, moveEdge, onTimeline, overlapOf, snapToLatentFrames, type FrameRange } from '#core/timeline/take-range.ts'
import type { Derived } from './derive.ts'
import { derivedOf } from './edits.ts'
import type { Studio } from './studio.ts'

/** A shot on the sequence with the take that it shows and the frames of one of its latent frames. */
export interface ShownTake {
  readonly shot: Shot
  readonly take: Take
  readonly span: ShotSpan
  readonly step: number
}

/** Null where the shot shows no take, or one of which no part can be made anew. */
export function shownTakeOf(derived: Derived, shotId: string): ShownTake | null {
  const shot = derived.document.shots[shotId]
  const take = derived.document.takes[shot?.selectedTakeId ?? '']
  const span = derived.spanOf(shotId)
  const step = take ? latentStepOf(take) : null
  return shot && take && span && step !== null ? { shot, take, span, step } : null
}

/** The frame of the take that a frame of the sequence shows. */
export function takeFrameAt({ shot, take, span }: ShownTake, frame: number, document: ProjectDocument): number {
  const frameInShot = Math.max(0, Math.min(span.durationFrames - 1, frame - span.startFrame))
  return sourceFrameOf(take, shot.trimStartFrames, frameInShot, document.project.frameRate)
}

/** Where a range of the shown take lies on the sequence, cut to what the shot shows; null where nothing of it is seen. */
export function shownRange(derived: Derived, shotId: string, takeId: string, range: FrameRange): FrameRange | null {
  const shown = shownTakeOf(derived, shotId)
  if (!shown || shown.take.id !== takeId) return null
  return overlapOf(onTimeline(range, shown.take, shown.shot, shown.span.startFrame, derived.document.project.frameRate), shown.span)
}

/** Selects from one frame of the sequence to another, both included, within one shot. */
export function selectRange(studio: Studio, shotId: string, fromFrame: number, toFrame: number): boolean {
  const derived = derivedOf(studio)
  const shown = derived && shownTakeOf(derived, shotId)
  if (!derived || !shown || shown.shot.isLocked) return false
  const one = takeFrameAt(shown, fromFrame, derived.document)
  const other = takeFrameAt(shown, toFrame, derived.document)
  const range = snapToLatentFrames({ startFrame: Math.min(one, other), endFrame: Math.max(one, other) + 1 }, shown.take.frameCount, shown.step)
  if (studio.session.state.getState().focusedShotId !== shotId) studio.session.selectShots([shotId])
  studio.operations.prepare({ kind: 'retake', shotId, takeId: shown.take.id, range }, toFrame < fromFrame ? 'start' : 'end')
  return true
}

/** Sets the in or out point at the playhead; the other edge stays where it is in the same take, else it is the take's end. */
export function markEdge(studio: Studio, edge: 'start' | 'end'): void {
  const derived = derivedOf(studio)
  const under = derived && shotAtFrame(derived.layout, studio.playhead.frame)
  if (!derived || !under) return
  const present = draftRange(studio, under.shotId)
  const otherEdge = edge === 'start' ? (present?.endFrame ?? under.endFrame) - 1 : (present?.startFrame ?? under.startFrame)
  const isCrossed = edge === 'start' ? otherEdge < studio.playhead.frame : otherEdge > studio.playhead.frame
  const other = isCrossed ? (edge === 'start' ? under.endFrame - 1 : under.startFrame) : otherEdge
  if (selectRange(studio, under.shotId, ...(edge === 'start' ? [studio.playhead.frame, other] as const : [other, studio.playhead.frame] as const))) studio.operations.state.setState({ movingEdge: edge })
}

/** Moves an edge of the range by latent frames; false where there is no range. */
export function nudgeRange(studio: Studio, latentFrames: number, edge = studio.operations.state.getState().movingEdge): boolean {
  const { draft } = studio.operations.state.getState()
  const derived = derivedOf(studio)
  const shown = draft?.kind === 'retake' && derived ? shownTakeOf(derived, draft.shotId) : null
  if (!shown || !derived || draft?.kind !== 'retake' || draft.takeId !== shown.take.id) return false
  const range = moveEdge(draft.range, edge, latentFrames, shown.take.frameCount, shown.step)
  studio.operations.prepare({ ...draft, range }, edge)
  const placed = shownRange(derived, draft.shotId, draft.takeId, range)
  if (placed) studio.playhead.seek(edge === 'start' ? placed.startFrame : placed.endFrame - 1)
  return true
}

/** The range to retake: the one selected, else the latent frame under the playhead and one on each side; its panel takes the keyboard. */
export function openRetake(studio: Studio): void {
  const { draft } = studio.operations.state.getState()
  if (draft?.kind !== 'retake') {
    const derived = derivedOf(studio)
    const { focusedShotId } = studio.session.state.getState()
    const under = derived && shotAtFrame(derived.layout, studio.playhead.frame)
    const shotId = under && (focusedShotId === null || focusedShotId === under.shotId) ? under.shotId : focusedShotId
    const shown = derived && shotId ? shownTakeOf(derived, shotId) : null
    if (!derived || !shown) return
    const at = takeFrameAt(shown, studio.playhead.frame, derived.document)
    const range = snapToLatentFrames({ startFrame: at - shown.step, endFrame: at + shown.step + 1 }, shown.take.frameCount, shown.step)
    if (studio.session.state.getState().focusedShotId !== shown.shot.id) studio.session.selectShots([shown.shot.id])
    studio.operations.open({ kind: 'retake', shotId: shown.shot.id, takeId: shown.take.id, range })
    return
  }
  studio.operations.open(draft)
}

function draftRange(studio: Studio, shotId: string): FrameRange | null {
  const { draft } = studio.operations.state.getState()
  const derived = derivedOf(studio)
  return draft?.kind === 'retake' && draft.shotId === shotId && derived ? shownRange(derived, shotId, draft.takeId, draft.range) : null
}
