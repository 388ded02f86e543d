/** The playhead's line, moved by a transform straight from the playhead: nothing of React runs while it plays. */
import { useEffect, useRef, type RefObject } from 'react'
import { useStudio } from '../../stores/studio.ts'

const EDGE_PIXELS = 40

export function PlayheadLine({ perFrame, scroller }: { readonly perFrame: number; readonly scroller: RefObject<HTMLDivElement | null> }) {
  const studio = useStudio()
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const show = (frame: number): void => {
      const x = frame * perFrame
      if (line.current) line.current.style.transform = `translateX(${x}px)`
      const view = scroller.current
      if (!view) return
      const isPlaying = studio.session.state.getState().isPlaying
      if (x > view.scrollLeft + view.clientWidth - EDGE_PIXELS) view.scrollLeft = isPlaying ? x - EDGE_PIXELS : x - view.clientWidth + EDGE_PIXELS
      else if (x < view.scrollLeft) view.scrollLeft = Math.max(0, x - EDGE_PIXELS)
    }
    const x = studio.playhead.frame * perFrame
    if (line.current) line.current.style.transform = `translateX(${x}px)`
    return studio.playhead.subscribe(show)
  }, [studio, perFrame, scroller])
  return <div ref={line} className="playhead" aria-hidden><span className="playhead-head" /></div>
}
