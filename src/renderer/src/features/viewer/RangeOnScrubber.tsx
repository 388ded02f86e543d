/** The selected range over the scrubber, with its edges, and a bubble that says what it holds and retakes it. */
import { RefreshCcwDot, X } from 'lucide-react'
import { type RefObject } from 'react'
import { shortcutOf } from '../../stores/actions.ts'
import { useDerived } from '../../stores/hooks.ts'
import { askRetake } from '../../stores/operate.ts'
import { useRunningRanges, useSelectedRange, type RunningRange, type SelectedRange } from '../../stores/range-hooks.ts'
import { nudgeRange, selectRange } from '../../stores/ranges.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { RangeHandle } from '../../ui/RangeHandle.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { exactNumber } from '../../ui/strings/number-words.ts'
import { t } from '../../ui/strings/strings.ts'
import { frameAtPoint } from './scrub-scale.ts'

export function RangeOnScrubber({ bar }: { readonly bar: RefObject<HTMLElement | null> }) {
  const selected = useSelectedRange()
  const running = useRunningRanges()
  const lastFrame = useDerived((derived) => Math.max(1, derived.layout.totalFrames - 1), 1)
  return (
    <div className="scrub-ranges">
      {running.map((range) => <RunningBand key={range.jobId} range={range} lastFrame={lastFrame} />)}
      {selected && <SelectedBand range={selected} lastFrame={lastFrame} bar={bar} />}
    </div>
  )
}

function RunningBand({ range: { placed, job }, lastFrame }: { readonly range: RunningRange; readonly lastFrame: number }) {
  return (
    <span className="scrub-range scrub-range-running" style={place(placed, lastFrame)} aria-hidden>
      <span className="scrub-range-done" style={{ transform: `scaleX(${job.progress?.fraction ?? 0})` }} />
    </span>
  )
}

function SelectedBand({ range, lastFrame, bar }: { readonly range: SelectedRange; readonly lastFrame: number; readonly bar: RefObject<HTMLElement | null> }) {
  const studio = useStudio()
  const { placed, shotId } = range
  const words = t.operations.rangeOf(range.fromSeconds, range.toSeconds)
  const middle = (placed.startFrame + placed.endFrame) / 2 / lastFrame

  function drag(edge: 'start' | 'end', clientX: number): void {
    if (!bar.current) return
    const frame = frameAtPoint(bar.current, clientX, studio.playhead.lastFrame)
    const fixed = edge === 'start' ? placed.endFrame - 1 : placed.startFrame
    const kept = edge === 'start' ? Math.min(frame, fixed) : Math.max(frame, fixed)
    if (selectRange(studio, shotId, fixed, kept)) studio.operations.state.setState({ movingEdge: edge })
    studio.playhead.seek(kept)
  }

  return (
    <>
      <span className="scrub-range scrub-range-selected" style={place(placed, lastFrame)} role="group" aria-label={t.operations.rangeBand(range.fromSeconds, range.toSeconds)}>
        <RangeHandle edge="start" label={t.operations.rangeStart} value={range.range.startFrame} valueText={`${exactNumber(range.fromSeconds)} s`} onStep={(step) => nudgeRange(studio, step, 'start')} onDrag={(x) => drag('start', x)} />
        <RangeHandle edge="end" label={t.operations.rangeEnd} value={range.range.endFrame} valueText={`${exactNumber(range.toSeconds)} s`} onStep={(step) => nudgeRange(studio, step, 'end')} onDrag={(x) => drag('end', x)} />
      </span>
      <div className="range-bubble" style={{ '--middle': Math.min(1, Math.max(0, middle)) } as Record<string, unknown>}>
        <span className="mono">{words}</span>
        <Tooltip label={t.operations.rangeSnappedWhy} side="top">
          <span className="range-bubble-facts" tabIndex={0}>{t.operations.rangeFrames(range.frames)}<span className="range-bubble-snap"> · {t.operations.rangeSnapped(range.latentFrames, range.step)}</span></span>
        </Tooltip>
        <Tooltip label={t.operations.retakeRange} shortcut={shortcutOf('retakeRange')} side="top">
          <Button className="button-small" tone="primary" icon={<RefreshCcwDot size={12} />} onClick={() => askRetake(studio)}>{t.operations.retake}</Button>
        </Tooltip>
        <IconButton label={t.operations.rangeClear} shortcut="Escape" side="top" className="button-small" onClick={() => studio.operations.prepare(null)}><X size={13} /></IconButton>
      </div>
    </>
  )
}

function place({ startFrame, endFrame }: { readonly startFrame: number; readonly endFrame: number }, lastFrame: number): { readonly left: string; readonly width: string } {
  const left = Math.min(1, startFrame / lastFrame)
  return { left: `${left * 100}%`, width: `${(Math.min(1, endFrame / lastFrame) - left) * 100}%` }
}
