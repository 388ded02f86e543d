/** One edge of a range: drag it, or focus it and use the arrow keys. */
import type { KeyboardEvent, PointerEvent } from 'react'

export function RangeHandle({ edge, label, value, valueText, onStep, onDrag }: {
  readonly edge: 'start' | 'end'
  readonly label: string
  readonly value: number
  readonly valueText: string
  /** Arrow keys: one step earlier or later. */
  readonly onStep: (step: -1 | 1) => void
  /** The pointer's place on the page while it drags. */
  readonly onDrag: (clientX: number) => void
}) {
  function press(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    event.stopPropagation()
    onStep(event.key === 'ArrowRight' ? 1 : -1)
  }
  function grab(event: PointerEvent<HTMLSpanElement>): void {
    if (event.button !== 0) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  return (
    <span className={`range-handle range-handle-${edge}`} role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuenow={value} aria-valuetext={valueText}
      onKeyDown={press} onPointerDown={grab} onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onDrag(event.clientX)} />
  )
}
