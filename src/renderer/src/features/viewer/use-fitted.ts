/** The largest box of a given shape that fits a room, followed as the room changes. */
import { useLayoutEffect, useState, type RefObject } from 'react'

export interface Box {
  readonly width: number
  readonly height: number
}

export function useFitted(room: RefObject<HTMLElement | null>, ratio: number): Box {
  const [box, setBox] = useState<Box>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = room.current
    if (!element) return
    const measure = (): void => setBox(fit(element.clientWidth, element.clientHeight, ratio))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [room, ratio])
  return box
}

export function fit(width: number, height: number, ratio: number): Box {
  const isWidthBound = width / Math.max(1, height) < ratio
  return isWidthBound ? { width: Math.floor(width), height: Math.floor(width / ratio) } : { width: Math.floor(height * ratio), height: Math.floor(height) }
}
