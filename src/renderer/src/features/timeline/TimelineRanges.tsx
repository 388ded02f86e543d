/** Ranges over the clips of the storyline: the selected one with its edges, and those that are being made anew. */
import { useRef } from 'react'
import { useRunningRanges, useSelectedRange, type RunningRange, type SelectedRange } from '../../stores/range-hooks.ts'
import { nudgeRange, selectRange } from '../../stores/ranges.ts'
import { useStudio } from '../../stores/studio.ts'
import { RangeHandle } from '../../ui/RangeHandle.tsx'
import { exactNumber } from '../../ui/strings/number-words.ts'
import { stageWords } from '../../ui/stage-words.ts'
import { t } from '../../ui/strings/strings.ts'

/** Below this width the words of a band are left out. */
const WORDS_FROM_PIXELS = 72

export function TimelineRanges({ perFrame }: { readonly perFrame: number }) {
  const selected = useSelectedRange()
  const running = useRunningRanges()
  return (
    <>
      {running.map((range) => <RunningBand key={range.jobId} range={range} perFrame={perFrame} />)}
      {selected && <SelectedBand range={selected} perFrame={perFrame} />}
    </>
  )
}

function RunningBand({ range: { placed, job, preview, fromSeconds, toSeconds }, perFrame }: { readonly range: RunningRange; readonly perFrame: number }) {
  const studio = useStudio()
  const width = (placed.endFrame - placed.startFrame) * perFrame
  const fraction = job.progress?.fraction ?? 0
  return (
    <div className="band band-running" style={{ transform: `translateX(${placed.startFrame * perFrame}px)`, width, ...(preview === null ? {} : { backgroundImage: `url("${studio.mediaUrl(preview)}")` }) }}
      role="progressbar" aria-label={t.operations.retakeHeading(fromSeconds, toSeconds)} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(fraction * 100)} title={stageWords(job)}>
      <span className="band-done" style={{ transform: `scaleX(${fraction})` }} />
    </div>
  )
}

function SelectedBand({ range, perFrame }: { readonly range: SelectedRange; readonly perFrame: number }) {
  const studio = useStudio()
  const band = useRef<HTMLDivElement>(null)
  const { placed, shotId, fromSeconds, toSeconds } = range
  const width = (placed.endFrame - placed.startFrame) * perFrame

  function drag(edge: 'start' | 'end', clientX: number): void {
    if (!band.current) return
    const frame = placed.startFrame + Math.floor((clientX - band.current.getBoundingClientRect().left) / perFrame)
    const fixed = edge === 'start' ? placed.endFrame - 1 : placed.startFrame
    const kept = edge === 'start' ? Math.min(frame, fixed) : Math.max(frame, fixed)
    if (selectRange(studio, shotId, fixed, kept)) studio.operations.state.setState({ movingEdge: edge })
    studio.playhead.seek(kept)
  }

  return (
    <div ref={band} className="band band-selected" style={{ transform: `translateX(${placed.startFrame * perFrame}px)`, width }} role="group" aria-label={t.operations.rangeBand(fromSeconds, toSeconds)}>
      {width >= WORDS_FROM_PIXELS && <span className="band-words mono">{t.operations.rangeOf(fromSeconds, toSeconds)}</span>}
      <RangeHandle edge="start" label={t.operations.rangeStart} value={range.range.startFrame} valueText={`${exactNumber(fromSeconds)} s`} onStep={(step) => nudgeRange(studio, step, 'start')} onDrag={(x) => drag('start', x)} />
      <RangeHandle edge="end" label={t.operations.rangeEnd} value={range.range.endFrame} valueText={`${exactNumber(toSeconds)} s`} onStep={(step) => nudgeRange(studio, step, 'end')} onDrag={(x) => drag('end', x)} />
    </div>
  )
}
