/** A menu of actions behind a button. */
import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Keys } from './Keys.tsx'

export interface MenuEntry {
  readonly id: string
  readonly label: string
  readonly icon?: ReactNode
  readonly shortcut?: string | undefined
  readonly disabled?: boolean
  /** Why it cannot be used, shown below its words. */
  readonly hint?: string
  readonly isDanger?: boolean
  /** Draws a line above it. */
  readonly startsGroup?: boolean
  run(): void
}

export function Menu({ trigger, entries, align = 'start', side = 'bottom' }: {
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly entries: readonly MenuEntry[]
  readonly align?: 'start' | 'end' | 'center'
  readonly side?: 'top' | 'bottom'
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="popup-layer" sideOffset={5} align={align} side={side}>
          <Base.Popup className="popup">
            {entries.map((entry) => (
              <MenuRow key={entry.id} entry={entry} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function MenuRow({ entry }: { readonly entry: MenuEntry }) {
  return (
    <>
      {entry.startsGroup && <Base.Separator className="popup-line" />}
      <Base.Item className={`popup-item ${entry.isDanger ? 'popup-danger' : ''} ${entry.hint ? 'popup-item-tall' : ''}`} disabled={entry.disabled ?? false} onClick={() => entry.run()}>
        <span className="popup-icon">{entry.icon}</span>
        <span className="popup-words"><span>{entry.label}</span>{entry.hint && <span className="popup-why">{entry.hint}</span>}</span>
        {entry.shortcut && <Keys shortcut={entry.shortcut} />}
      </Base.Item>
    </>
  )
}
