/** Arrow keys on the timeline's handles: one frame, or ten with Shift. */
import type { KeyboardEvent } from 'react'

/** How many frames a key press means, earlier ones negative; the press is then used up. null where it is another key. */
export function arrowStep(event: KeyboardEvent): number | null {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return null
  event.preventDefault()
  event.stopPropagation()
  return (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 10 : 1)
}
