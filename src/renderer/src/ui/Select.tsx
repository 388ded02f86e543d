/** A list of choices behind one row; may show a picture beside each word. */
import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from './strings/strings.ts'

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly hint?: string
  readonly picture?: ReactNode
}

export function Select<Value extends string>({ label, value, choices, onChange, disabled = false, className = '' }: {
  readonly label: string
  /** null where several things differ in it. */
  readonly value: Value | null
  readonly choices: readonly Choice<Value>[]
  readonly onChange: (value: Value) => void
  readonly disabled?: boolean
  readonly className?: string
}) {
  const current = choices.find((choice) => choice.value === value)
  return (
    <Base.Root value={value} onValueChange={(next) => next !== null && onChange(next as Value)} disabled={disabled} items={choices.map(({ value: own, label: text }) => ({ value: own, label: text }))}>
      <Base.Trigger aria-label={label} className={`control select ${className}`}>
        {current?.picture}
        <span className="truncate select-value">{current?.label ?? value ?? t.inspector.mixed}</span>
        <Base.Icon className="select-icon"><ChevronsUpDown size={12} aria-hidden /></Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="popup-layer" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="popup">
            <Base.List>
              {choices.map((choice) => (
                <Base.Item key={choice.value} value={choice.value} className="popup-item">
                  {choice.picture}
                  <Base.ItemText>{choice.label}</Base.ItemText>
                  {choice.hint && <span className="popup-hint">{choice.hint}</span>}
                  <Base.ItemIndicator className="popup-check"><Check size={13} aria-hidden /></Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
