/** What happens at a cut: a small handle, which becomes the transition's own length once there is one. */
import { Blend, Plus } from 'lucide-react'
import type { KeyboardEvent, PointerEvent } from 'react'
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
  const { durationFrames, kind, colour } = transition
  const resized = (delta: number): { readonly type: string; readonly payload: unknown } => {
    const document = derivedOf(studio)?.document
    const most = document ? maxTransitionFrames(document, sequenceId, shotId) : durationFrames
    return { type: 'transition.set', payload: { sequenceId, afterShotId: shotId, kind, colour, durationFrames: Math.max(1, Math.min(most, durationFrames + delta)) } }
  }

  function press(event: PointerEvent): void {
    studio.session.selectTransition(shotId)
    startDrag(studio, event, { fromFrame: transition?.startFrame ?? cutFrame, perFrame, command: (delta) => resized(-delta) })
  }

  function step(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    event.stopPropagation()
    const command = resized(event.key === 'ArrowRight' ? 1 : -1)
    void studio.document.dispatch(command.type, command.payload, `transition:${shotId}`)
  }

  const width = Math.max(10, durationFrames * perFrame)
  return (
    <div className={`transition ${isSelected ? 'transition-selected' : ''}`} style={{ transform: `translateX(${transition.startFrame * perFrame - Math.max(0, 10 - durationFrames * perFrame) / 2}px)`, width }}
      role="slider" tabIndex={0} aria-label={t.timeline.transition(t.transitions[kind], t.shot.numbered(number))} aria-valuenow={durationFrames} aria-valuemin={1} aria-valuetext={t.common.frames(durationFrames)}
      onPointerDown={press} onKeyDown={step} onFocus={() => studio.session.selectTransition(shotId)}>
      <span className="transition-grip" />
      {width > 18 && <Blend size={11} aria-hidden />}
    </div>
  )
}
