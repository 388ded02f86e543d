/** A slider for one number; tells of each change while it is dragged and of the value at which it is let go. */
import { Slider as Base } from '@base-ui/react/slider'

export function Slider({ label, value, min, max, step, origin, onChange, onCommit, disabled = false, valueText }: {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  /** Where the filled part starts: 0 for amounts that have two directions. */
  readonly origin?: number
  readonly onChange: (value: number) => void
  readonly onCommit: (value: number) => void
  readonly disabled?: boolean
  readonly valueText?: string
}) {
  const at = (number: number): number => ((Math.max(min, Math.min(max, number)) - min) / (max - min || 1)) * 100
  const from = Math.min(at(origin ?? min), at(value))
  const to = Math.max(at(origin ?? min), at(value))
  return (
    <Base.Root value={value} min={min} max={max} step={step} largeStep={step * 10} disabled={disabled} onValueChange={(next) => onChange(next as number)} onValueCommitted={(next) => onCommit(next as number)} className="slider">
      <Base.Control className="slider-control">
        <Base.Track className="slider-track">
          <span className="slider-fill" style={{ left: `${from}%`, right: `${100 - to}%` }} />
          {origin !== undefined && <span className="slider-origin" style={{ left: `${at(origin)}%` }} />}
          <Base.Thumb className="slider-thumb" getAriaLabel={() => label} getAriaValueText={(formatted) => valueText ?? formatted} />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  )
}
