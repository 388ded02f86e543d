/** A number with its unit; commits when it is left, on Enter, or by the arrow keys. */
import { NumberField as Base } from '@base-ui/react/number-field'
import { t } from './strings/strings.ts'

export function NumberField({ label, value, unit, min, max, step = 1, digits = 0, onCommit, disabled = false, className = '' }: {
  readonly label: string
  /** null where several things differ in it. */
  readonly value: number | null
  readonly unit?: string
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly digits?: number
  readonly onCommit: (value: number) => void
  readonly disabled?: boolean
  readonly className?: string
}) {
  return (
    <Base.Root
      value={value} step={step} largeStep={step * 10} smallStep={step / 10} disabled={disabled} locale="en-GB"
      {...(min === undefined ? {} : { min })} {...(max === undefined ? {} : { max })}
      format={{ maximumFractionDigits: digits, useGrouping: false }}
      onValueCommitted={(next) => next !== null && next !== value && onCommit(next)}
      className={`control number-field ${className}`}
    >
      <Base.Input aria-label={label} placeholder={value === null ? t.inspector.mixed : undefined} className="number-input" />
      {unit && <span className="number-unit">{unit}</span>}
    </Base.Root>
  )
}
