/** How long a shot is. */
import type { Shot } from '#core/document/schema.ts'
import { packFramesFor } from '#core/planning/coverage.ts'
import { clipCountOf } from '#core/planning/estimate.ts'
import { framesToSeconds, secondsToFrames } from '#core/timeline/time.ts'
import { packOfShot } from '../../stores/abilities.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { NumberField } from '../../ui/NumberField.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Row, Section } from './Section.tsx'

export function TimingFields({ shot }: { readonly shot: Shot }) {
  const studio = useStudio()
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })
  const setFrames = (durationFrames: number): void => void studio.document.dispatch('shot.trim', { shotId: shot.id, trimStartFrames: shot.trimStartFrames, durationFrames: Math.max(1, Math.round(durationFrames)) })
  return (
    <Section title={t.inspector.timing}>
      <Row label={t.inspector.duration}>
        <NumberField label={t.inspector.seconds} value={Number(framesToSeconds(shot.durationFrames, rate).toFixed(2))} unit="s" min={0.04} max={600} step={0.5} digits={2} disabled={shot.isLocked} onCommit={(seconds) => setFrames(secondsToFrames(seconds, rate))} />
        <NumberField label={t.inspector.duration} value={shot.durationFrames} unit={t.common.frameShort} min={1} step={1} disabled={shot.isLocked} onCommit={setFrames} />
      </Row>
      <SegmentsHint shot={shot} />
    </Section>
  )
}

/** A shot that is longer than one clip of its model is made of several: how many. */
function SegmentsHint({ shot }: { readonly shot: Shot }) {
  const packs = usePacks()
  const words = useOpen(({ document }) => {
    const pack = packOfShot(document, shot, packs)
    const frameCount = pack ? packFramesFor(shot.durationFrames, document.project.frameRate, pack) : 0
    if (!pack?.abilities.latentMask || frameCount <= pack.maxFrames) return ''
    return t.segments.count(clipCountOf(frameCount, pack), framesToSeconds(pack.maxFrames, pack.frameRate))
  }, '')
  return words === '' ? null : <p className="hint">{words}</p>
}
