/** What happens at the cut after a shot. */
import { TRANSITION_KINDS, type TransitionKind } from '#core/document/schema.ts'
import { maxTransitionFrames } from '#core/timeline/lookup.ts'
import { secondsToFrames } from '#core/timeline/time.ts'
import { derivedOf } from '../../stores/edits.ts'
import { useDerived, useOpen } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Row } from './Section.tsx'

const CHOICES = (['cut', ...TRANSITION_KINDS] as const).map((kind) => ({ value: kind, label: t.transitions[kind] }))
const DEFAULT_SECONDS = 0.5

export function TransitionFields({ afterShotId }: { readonly afterShotId: string }) {
  const studio = useStudio()
  const transition = useDerived((derived) => derived.transitionAfter(afterShotId), null)
  const sequenceId = useDerived((derived) => derived.sequenceId, '')
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })

  function set(kind: 'cut' | TransitionKind, durationFrames: number, colour?: string): void {
    const document = derivedOf(studio)?.document
    const most = document ? maxTransitionFrames(document, sequenceId, afterShotId) : durationFrames
    void studio.document.dispatch('transition.set', { sequenceId, afterShotId, kind, durationFrames: Math.max(1, Math.min(most, durationFrames)), ...(colour ? { colour } : {}) })
  }

  const hasColour = transition?.kind === 'fade' || transition?.kind === 'dip'
  return (
    <>
      <Row label={t.inspector.transitionKind}>
        <Select<'cut' | TransitionKind> label={t.inspector.transition} value={transition?.kind ?? 'cut'} choices={CHOICES} onChange={(kind) => set(kind, transition?.durationFrames ?? secondsToFrames(DEFAULT_SECONDS, rate))} />
      </Row>
      {transition && (
        <Row label={t.inspector.transitionLength}>
          <NumberField label={t.inspector.transitionLength} value={transition.durationFrames} unit={t.common.frameShort} min={1} onCommit={(frames) => set(transition.kind, Math.round(frames))} />
          {hasColour && <input type="color" className="colour-field" aria-label={t.inspector.colour} value={transition.colour} onChange={(event) => set(transition.kind, transition.durationFrames, event.target.value)} />}
        </Row>
      )}
    </>
  )
}
