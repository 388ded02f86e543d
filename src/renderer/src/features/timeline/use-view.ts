/** Follows the scroll position and size of the timeline, coarsely enough that scrolling stays cheap. */
import { useEffect, useState, type RefObject } from 'react'
import { viewOf, type View } from './scale.ts'

export function useView(scroller: RefObject<HTMLElement | null>, perFrame: number): View {
  const [view, setView] = useState<View>({ startFrame: 0, endFrame: Math.ceil(1_600 / perFrame) })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const follow = (): void => {
      const next = viewOf(element.scrollLeft, element.clientWidth, perFrame)
      setView((now) => (now.startFrame === next.startFrame && now.endFrame === next.endFrame ? now : next))
    }
    follow()
    const observer = new ResizeObserver(follow)
    observer.observe(element)
    element.addEventListener('scroll', follow, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', follow)
    }
  }, [scroller, perFrame])
  return view
}
