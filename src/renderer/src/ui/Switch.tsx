/** A switch with its words beside it. */
import { Switch as Base } from '@base-ui/react/switch'

export function Switch({ label, hint, isOn, onChange, disabled = false }: {
  readonly label: string
  readonly hint?: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly disabled?: boolean
}) {
  return (
    <label className="switch-row">
      <span className="switch-words">
        <span>{label}</span>
        {hint && <span className="hint">{hint}</span>}
      </span>
      <Base.Root checked={isOn} onCheckedChange={onChange} disabled={disabled} className="switch">
        <Base.Thumb className="switch-thumb" />
      </Base.Root>
    </label>
  )
}
