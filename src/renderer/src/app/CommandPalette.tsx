/** Every action by name: type a few letters, press Enter. */
import { Dialog as Base } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { ACTIONS, type Action } from '../stores/actions.ts'
import { useSession } from '../stores/hooks.ts'
import { useStudio } from '../stores/studio.ts'
import { Keys } from '../ui/Keys.tsx'
import { t } from '../ui/strings/strings.ts'

export function CommandPalette() {
  const studio = useStudio()
  const isOpen = useSession((state) => state.openSheet === 'palette')
  const close = (): void => studio.session.state.setState({ openSheet: null })
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className="dialog palette" aria-label={t.project.palette}>
          <PaletteBody onRun={(action) => { close(); action.run(studio) }} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function PaletteBody({ onRun }: { readonly onRun: (action: Action) => void }) {
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const found = useMemo(() => matching(text), [text])
  const current = Math.min(at, found.length - 1)

  function press(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : found.length - 1
      setAt((current + step) % Math.max(1, found.length))
    }
    const action = found[current]
    if (event.key === 'Enter' && action) {
      event.preventDefault()
      onRun(action)
    }
  }

  return (
    <>
      <div className="palette-field">
        <Search size={15} aria-hidden />
        <input autoFocus value={text} placeholder={t.sheet.search} aria-label={t.sheet.search} role="combobox" aria-expanded aria-controls={listId} aria-activedescendant={`${listId}-${current}`}
          onChange={(event) => { setText(event.target.value); setAt(0) }} onKeyDown={press} />
      </div>
      <ul className="palette-list" id={listId} role="listbox" aria-label={t.project.palette}>
        {found.map((action, index) => (
          <li key={action.id} id={`${listId}-${index}`} role="option" aria-selected={index === current} className="palette-row" ref={index === current ? reveal : undefined}
            onPointerMove={() => setAt(index)} onClick={() => onRun(action)}>
            <span>{action.label}</span>
            <span className="hint">{t.sheet.groups[action.group]}</span>
            {action.shortcuts[0] && <Keys shortcut={action.shortcuts[0]} />}
          </li>
        ))}
        {found.length === 0 && <li className="palette-none">{t.sheet.noCommand}</li>}
      </ul>
    </>
  )
}

function reveal(row: HTMLLIElement | null): void {
  row?.scrollIntoView({ block: 'nearest' })
}

/** Actions that contain every word typed, in table order. */
function matching(text: string): readonly Action[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return ACTIONS.filter((action) => {
    const name = `${action.label} ${t.sheet.groups[action.group]}`.toLowerCase()
    return action.id !== 'palette' && words.every((word) => name.includes(word))
  })
}
