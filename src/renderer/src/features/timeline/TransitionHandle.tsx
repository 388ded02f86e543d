/** What happens at a cut: a small handle, which becomes the transition's own length once there is one. */
import { Blend, Plus } from 'lucide-react'
import type { KeyboardEvent, PointerEvent } from 'react'
import type { CommandEnvelope } from '#core/commands/command.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import type { TransitionSpan } from '#core/timeline/layout.ts'
import { maxTransitionFrames } from '#core/timeline/lookup.ts'
import { derivedOf } from '../../stores/edits.ts'
import { useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { startDrag } from './drag.ts'

export function TransitionHandle({ shotId, number, cutFrame, transition, sequenceId, perFrame }: {
  readonly shotId: string
  readonly number: number
  /** First frame of the next shot. */
  readonly cutFrame: number
  readonly transition: TransitionSpan | null
  readonly sequenceId: string
  readonly perFrame: number
}) {
  const studio = useStudio()
  const isSelected = useSession((state) => state.selectedTransitionShotId === shotId)
  if (!transition) {
    return (
      <button type="button" className={`cut ${isSelected ? 'cut-selected' : ''}`} style={{ transform: `translateX(${cutFrame * perFrame}px)` }} tabIndex={-1}
        aria-label={t.timeline.addTransition(t.shot.numbered(number))} onPointerDown={(event) => event.stopPropagation()} onClick={() => studio.session.selectTransition(shotId)}>
        <Plus size={10} />
      </button>
    )
  }
  const { durationFrames, kind, transitionId } = transition
  /** The transition of a document, longer by so many frames. */
  const resized = (document: ProjectDocument, delta: number): CommandEnvelope | null => {
    const own = document.transitions[transitionId]
    const most = maxTransitionFrames(document, sequenceId, shotId)
    return own ? { type: 'transition.set', payload: { sequenceId, afterShotId: shotId, kind: own.kind, colour: own.colour, durationFrames: Math.max(1, Math.min(most, own.durationFrames + delta)) } } : null
  }

  function press(event: PointerEvent): void {
    studio.session.selectTransition(shotId)
    const start = derivedOf(studio)?.document
    if (start) startDrag(studio, event, { fromFrame: transition?.startFrame ?? cutFrame, perFrame, command: (delta) => resized(start, -delta) })
  }

  function stepBy(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    event.stopPropagation()
    const step = event.key === 'ArrowRight' ? 1 : -1
    void studio.document.dispatchFrom((document) => resized(document, step), `transition:${shotId}`)
  }

  const width = Math.max(10, durationFrames * perFrame)
  return (
    <div className={`transition ${isSelected ? 'transition-selected' : ''}`} style={{ transform: `translateX(${transition.startFrame * perFrame - Math.max(0, 10 - durationFrames * perFrame) / 2}px)`, width }}
      role="slider" tabIndex={0} aria-label={t.timeline.transition(t.transitions[kind], t.shot.numbered(number))} aria-valuenow={durationFrames} aria-valuemin={1} aria-valuetext={t.common.frames(durationFrames)}
      onPointerDown={press} onKeyDown={stepBy} onFocus={() => studio.session.selectTransition(shotId)}>
      <span className="transition-grip" />
      {width > 18 && <Blend size={11} aria-hidden />}
    </div>
  )
}
