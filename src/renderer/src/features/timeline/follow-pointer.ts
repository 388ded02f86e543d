/** Follows the pointer from a press until it is let go or taken back: what every drag on the timeline listens to. */

/** A press becomes a drag after this much travel. */
const DRAG_PIXELS = 3

export interface PointerFollower {
  /** Called from the first travel that makes a drag of the press. */
  move(at: PointerEvent): void
  /** Once. Not kept: Escape, or the pointer was taken away. */
  end(how: { readonly isKept: boolean; readonly isDragging: boolean }): void
}

export function followPointer(startX: number, follower: PointerFollower): void {
  let isDragging = false

  function move(at: PointerEvent): void {
    if (!isDragging && Math.abs(at.clientX - startX) < DRAG_PIXELS) return
    isDragging = true
    follower.move(at)
  }

  function end(isKept: boolean): void {
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', up)
    window.removeEventListener('pointercancel', cancel)
    window.removeEventListener('keydown', press, true)
    follower.end({ isKept, isDragging })
  }

  const up = (): void => end(true)
  const cancel = (): void => end(false)
  function press(key: KeyboardEvent): void {
    if (key.key !== 'Escape') return
    key.preventDefault()
    key.stopPropagation()
    end(false)
  }

  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', up)
  window.addEventListener('pointercancel', cancel)
  window.addEventListener('keydown', press, true)
}
