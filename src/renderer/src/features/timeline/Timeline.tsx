/** The timeline: ruler, titles, captions, the storyline of shots and sound, under one playhead. */
import { useEffect, useRef } from 'react'
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
import '../../ui/shot.css'
import './timeline.css'

const WHEEL_ZOOM = 0.0016

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

/** Fits the whole sequence when asked, and when a project is opened. */
function useFit(scroller: React.RefObject<HTMLDivElement | null>): void {
  const studio = useStudio()
  const requests = useSession((state) => state.fitRequests)
  const projectId = useOpen((open) => open.projectId, '')
  useEffect(() => {
    const document = studio.document.state.getState().open?.document
    const width = (scroller.current?.clientWidth ?? 0) - 48
    const totalFrames = studio.playhead.totalFrames
    if (!document || width <= 0 || totalFrames === 0) return
    const { num, den } = document.project.frameRate
    studio.session.zoomTo((width * num) / (totalFrames * den))
    if (scroller.current) scroller.current.scrollLeft = 0
  }, [studio, scroller, requests, projectId])
}

/** Ctrl and the wheel zoom about the pointer; the wheel alone scrolls sideways. */
function useWheelZoom(scroller: React.RefObject<HTMLDivElement | null>): void {
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
        requestAnimationFrame(() => { element.scrollLeft = target })
      } else if (event.deltaX === 0 && !event.shiftKey && element.scrollHeight <= element.clientHeight) {
        event.preventDefault()
        element.scrollLeft += event.deltaY
      }
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [studio, scroller])
}
