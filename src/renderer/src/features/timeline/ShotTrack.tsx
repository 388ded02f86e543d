/** The storyline: shots without gaps, their transitions, and where a dragged shot would land. */
import { useState } from 'react'
import { spansIn } from '#core/timeline/lookup.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { shownDocument, useDocumentState, useOperations } from '../../stores/hooks.ts'
import { t } from '../../ui/strings/strings.ts'
import { ShotClip } from './ShotClip.tsx'
import { TimelineRanges } from './TimelineRanges.tsx'
import { TransitionHandle } from './TransitionHandle.tsx'
import type { View } from './scale.ts'

export function ShotTrack({ perFrame, view }: { readonly perFrame: number; readonly view: View }) {
  const document = useDocumentState(shownDocument)
  const [dropFrame, setDropFrame] = useState<number | null>(null)
  const isRangeTool = useOperations((state) => state.isRangeTool)
  if (!document) return null
  const derived = deriveFrom(document)
  const { layout } = derived
  const spans = spansIn(layout.shots, view.startFrame, view.endFrame)
  return (
    <div className={`track track-shots ${isRangeTool ? 'track-selects' : ''}`}>
      {layout.shots.length === 0 && <p className="track-empty">{t.timeline.empty}</p>}
      {spans.map((span) => (
        <ShotClip key={span.shotId} shotId={span.shotId} number={span.index + 1} startFrame={span.startFrame} durationFrames={span.durationFrames} overlapBeforeFrames={span.overlapBeforeFrames} overlapAfterFrames={span.overlapAfterFrames} perFrame={perFrame} onDropTarget={setDropFrame} />
      ))}
      {spans.map((span) => span.index < layout.shots.length - 1 && (
        <TransitionHandle key={span.shotId} shotId={span.shotId} number={span.index + 1} cutFrame={span.endFrame - span.overlapAfterFrames} transition={derived.transitionAfter(span.shotId)} sequenceId={derived.sequenceId} perFrame={perFrame} />
      ))}
      <TimelineRanges perFrame={perFrame} />
      {dropFrame !== null && <div className="drop-line" style={{ transform: `translateX(${dropFrame * perFrame}px)` }} />}
    </div>
  )
}
