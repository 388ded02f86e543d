/** The ruler: timecodes at round distances; press or drag on it to move the playhead. */
import type { PointerEvent } from 'react'
import type { FrameRate } from '#core/document/schema.ts'
import { formatTimecode } from '#core/timeline/time.ts'
import { snapFrame, snapTargets } from '#core/timeline/lookup.ts'
import { derivedOf } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import { CONTENT_INSET, rulerStepFrames, type View } from './scale.ts'

const MINOR_MARKS = 5
const SNAP_PIXELS = 5

export function Ruler({ perFrame, rate, view }: { readonly perFrame: number; readonly rate: FrameRate; readonly view: View }) {
  const studio = useStudio()
  const step = rulerStepFrames(perFrame, rate)
  const first = Math.floor(view.startFrame / step)
  const count = Math.min(200, Math.ceil(view.endFrame / step) - first + 1)

  function seek(event: PointerEvent<HTMLDivElement>): void {
    const frame = Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - CONTENT_INSET) / perFrame)
    const derived = derivedOf(studio)
    const isSnapping = derived && studio.session.state.getState().isSnapping
    studio.playhead.seek(isSnapping ? snapFrame(frame, snapTargets(derived.layout), SNAP_PIXELS / perFrame) : frame)
  }

  return (
    <div className="ruler" onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); seek(event) }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seek(event)}>
      {Array.from({ length: count }, (_, index) => (first + index) * step).map((frame) => (
        <div key={frame} className="ruler-mark" style={{ transform: `translateX(${frame * perFrame}px)`, width: step * perFrame, backgroundSize: `${(step * perFrame) / MINOR_MARKS}px 100%` }}>
          <span className="mono">{formatTimecode(frame, rate)}</span>
        </div>
      ))}
    </div>
  )
}
