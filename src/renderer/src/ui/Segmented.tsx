/** A choice of a few words or pictures, of which one is always taken. */
import { Toggle } from '@base-ui/react/toggle'
import { ToggleGroup } from '@base-ui/react/toggle-group'
import type { ReactNode } from 'react'

export interface Segment<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly content?: ReactNode
}

export function Segmented<Value extends string>({ label, value, segments, onChange, className = '' }: {
  readonly label: string
  readonly value: Value
  readonly segments: readonly Segment<Value>[]
  readonly onChange: (value: Value) => void
  readonly className?: string
}) {
  function change(values: readonly string[]): void {
    const next = values[0]
    if (next !== undefined) onChange(next as Value)
  }
  return (
    <ToggleGroup aria-label={label} value={[value]} onValueChange={change} className={`segmented ${className}`}>
      {segments.map((segment) => (
        <Toggle key={segment.value} value={segment.value} aria-label={segment.label} className="segment">
          {segment.content ?? segment.label}
        </Toggle>
      ))}
    </ToggleGroup>
  )
}
