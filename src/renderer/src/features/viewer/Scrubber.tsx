/** A thin bar through the whole sequence, with its cuts; drawn by the playhead itself, not by React. */
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { shotAtFrame } from '#core/timeline/lookup.ts'
import { formatTimecode } from '#core/timeline/time.ts'
import { derivedOf } from '../../stores/edits.ts'
import { useDerived, useOpen, useOperations } from '../../stores/hooks.ts'
import { nudgeRange, selectRange } from '../../stores/ranges.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { RangeOnScrubber } from './RangeOnScrubber.tsx'
import { frameAtPoint } from './scrub-scale.ts'

/** Beyond this many cuts the marks would be a solid line. */
const MOST_CUT_MARKS = 120

export function Scrubber() {
  const studio = useStudio()
  const bar = useRef<HTMLDivElement>(null)
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })
  const totalFrames = useDerived((derived) => derived.layout.totalFrames, 0)
  const cuts = useDerived((derived) => (derived.layout.shots.length > MOST_CUT_MARKS ? [] : derived.layout.shots.slice(1).map((span) => span.startFrame)), [] as number[])

  useEffect(() => {
    const show = (): void => {
      const element = bar.current
      if (!element) return
      const { frame, lastFrame } = studio.playhead
      element.style.setProperty('--at', String(lastFrame === 0 ? 0 : frame / lastFrame))
      element.setAttribute('aria-valuenow', String(frame))
      element.setAttribute('aria-valuetext', formatTimecode(frame, rate))
      element.setAttribute('aria-valuemax', String(lastFrame))
    }
    show()
    return studio.playhead.subscribe(show)
  }, [studio, rate])

  /** The shot and frame where a range began; null while the playhead is dragged. */
  const rangeFrom = useRef<{ readonly shotId: string; readonly frame: number } | null>(null)
  const isRangeTool = useOperations((state) => state.isRangeTool)

  function begin(event: PointerEvent<HTMLDivElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId)
    const frame = frameAtPoint(event.currentTarget, event.clientX, studio.playhead.lastFrame)
    const derived = derivedOf(studio)
    const under = derived && (event.shiftKey || isRangeTool) ? shotAtFrame(derived.layout, frame) : null
    rangeFrom.current = under && { shotId: under.shotId, frame }
    studio.playhead.seek(frame)
  }

  function move(event: PointerEvent<HTMLDivElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const frame = frameAtPoint(event.currentTarget, event.clientX, studio.playhead.lastFrame)
    const from = rangeFrom.current
    if (from) selectRange(studio, from.shotId, from.frame, frame)
    studio.playhead.seek(frame)
  }

  function press(event: KeyboardEvent): void {
    const step = SCRUB_KEYS[event.key]
    if (step === undefined) return
    event.preventDefault()
    if (event.shiftKey && typeof step === 'number' && nudgeRange(studio, Math.sign(step))) return
    studio.playhead.seek(step === 'start' ? 0 : step === 'end' ? studio.playhead.lastFrame : studio.playhead.frame + step)
  }

  return (
    <div className={`scrub ${isRangeTool ? 'scrub-selects' : ''}`}>
      <div ref={bar} className="scrubber" role="slider" tabIndex={0} aria-label={t.viewer.scrub} aria-description={t.operations.rangeHint} aria-valuemin={0} aria-valuemax={0} aria-valuenow={0} aria-disabled={totalFrames === 0}
        onKeyDown={press} onPointerDown={begin} onPointerMove={move}>
        <div className="scrubber-track">
          <div className="scrubber-fill" />
          {cuts.map((frame) => <span key={frame} className="scrubber-cut" style={{ left: `${(frame / Math.max(1, totalFrames - 1)) * 100}%` }} />)}
        </div>
        <div className="scrubber-head" />
      </div>
      <RangeOnScrubber bar={bar} />
    </div>
  )
}

const SCRUB_KEYS: Readonly<Record<string, number | 'start' | 'end'>> = Object.freeze({
  ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -24, PageUp: 24, Home: 'start', End: 'end',
})
