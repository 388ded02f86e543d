/** The timeline: ruler, titles, captions, the storyline of shots and sound, under one playhead. */
import { useEffect, useRef, type RefObject } from 'react'
import { deriveFrom } from '../../stores/derive.ts'
import { useDerived, useOpen, useSession } from '../../stores/hooks.ts'
import { PIXELS_PER_SECOND } from '../../stores/session-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { PlayheadLine } from './PlayheadLine.tsx'
import { Ruler } from './Ruler.tsx'
import { pixelsPerFrame, TAIL_PIXELS } from './scale.ts'
import { ShotTrack } from './ShotTrack.tsx'
import { AudioTrack, CaptionTrack, TitleTrack } from './tracks.tsx'
import { Toolbar } from './Toolbar.tsx'
import { TrackHeads } from './TrackHeads.tsx'
import { useView } from './use-view.ts'
import './timeline.css'
import './clips.css'
import './bands.css'

const WHEEL_ZOOM = 0.0016
/** Free space beside a fitted sequence. */
const FIT_MARGIN_PIXELS = 48

export function Timeline() {
  const studio = useStudio()
  const scroller = useRef<HTMLDivElement>(null)
  const perSecond = useSession((state) => state.pixelsPerSecond)
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })
  const totalFrames = useDerived((derived) => derived.layout.totalFrames, 0)
  const perFrame = pixelsPerFrame(perSecond, rate)
  const view = useView(scroller, perFrame)
  const hasAudio = useDerived((derived) => derived.layout.audio.length > 0, false)
  useFit(scroller)
  useWheelZoom(scroller)

  return (
    <section className="timeline" aria-label={t.timeline.label}>
      <Toolbar />
      <div className="timeline-body">
        <TrackHeads hasAudio={hasAudio} />
        <div ref={scroller} className="timeline-scroll" onPointerDown={(event) => event.target === event.currentTarget && studio.session.clearSelection()}>
          <div className="timeline-content" style={{ width: totalFrames * perFrame + TAIL_PIXELS }}>
            <Ruler perFrame={perFrame} rate={rate} view={view} />
            <TitleTrack perFrame={perFrame} view={view} />
            <CaptionTrack perFrame={perFrame} view={view} />
            <ShotTrack perFrame={perFrame} view={view} />
            <AudioTrack perFrame={perFrame} view={view} />
            <PlayheadLine perFrame={perFrame} scroller={scroller} />
          </div>
        </div>
      </div>
    </section>
  )
}

/** Fits the whole sequence when asked to: by a person, or since a project was opened. */
function useFit(scroller: RefObject<HTMLDivElement | null>): void {
  const studio = useStudio()
  useEffect(() => {
    const fit = (): void => {
      const document = studio.document.state.getState().open?.document
      const width = (scroller.current?.clientWidth ?? 0) - FIT_MARGIN_PIXELS
      if (!document || width <= 0 || !studio.session.takeFitRequest()) return
      const { totalFrames } = deriveFrom(document).layout
      if (totalFrames === 0) return
      studio.session.zoomTo((width * document.project.frameRate.num) / (totalFrames * document.project.frameRate.den))
      scroller.current?.scrollTo({ left: 0 })
    }
    fit()
    return studio.session.state.subscribe((now, before) => now.wantsFit && !before.wantsFit && fit())
  }, [studio, scroller])
}

/** Ctrl and the wheel zoom about the pointer; the wheel alone scrolls sideways. */
function useWheelZoom(scroller: RefObject<HTMLDivElement | null>): void {
  const studio = useStudio()
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    function wheel(event: WheelEvent): void {
      if (!element) return
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        const before = studio.session.state.getState().pixelsPerSecond
        const after = Math.max(PIXELS_PER_SECOND.min, Math.min(PIXELS_PER_SECOND.max, before * Math.exp(-event.deltaY * WHEEL_ZOOM)))
        const pointer = event.clientX - element.getBoundingClientRect().left
        const target = ((element.scrollLeft + pointer) * after) / before - pointer
        studio.session.zoomTo(after)
        requestAnimationFrame(() => element.scrollTo({ left: target }))
      } else if (event.deltaX === 0 && !event.shiftKey && element.scrollHeight <= element.clientHeight) {
        event.preventDefault()
        element.scrollBy({ left: event.deltaY })
      }
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [studio, scroller])
}
