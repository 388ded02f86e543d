/** Dragging over a clip with Shift, or with the range tool, selects a range of its take; the playhead follows the moving edge. */
import type { PointerEvent as ReactPointerEvent } from 'react'
import { selectRange } from '../../stores/ranges.ts'
import type { Studio } from '../../stores/studio.ts'
import { followPointer } from './follow-pointer.ts'

export interface RangeDrag {
  readonly shotId: string
  readonly startFrame: number
  readonly durationFrames: number
  readonly perFrame: number
  readonly onClick: () => void
}

export function startRangeDrag(studio: Studio, event: ReactPointerEvent<HTMLElement>, { shotId, startFrame, durationFrames, perFrame, onClick }: RangeDrag): void {
  if (event.button !== 0) return
  event.preventDefault()
  event.stopPropagation()
  const element = event.currentTarget
  const startX = event.clientX
  const before = studio.operations.state.getState().draft

  // The clip may scroll under the pointer: its place is read at each move.
  const frameAt = (clientX: number): number => startFrame + Math.max(0, Math.min(durationFrames - 1, Math.floor((clientX - element.getBoundingClientRect().left) / perFrame)))
  const from = frameAt(startX)

  followPointer(startX, {
    move: (at) => {
      const frame = frameAt(at.clientX)
      selectRange(studio, shotId, from, frame)
      studio.playhead.seek(frame)
    },
    end: ({ isKept, isDragging }) => {
      if (!isKept) studio.operations.prepare(before)
      else if (!isDragging) onClick()
    },
  })
}
