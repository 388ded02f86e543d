/** A line or block of text that is committed shortly after the last key, and when it is left; Escape takes back what was not committed. */
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent } from 'react'

const COMMIT_AFTER_MS = 500

export function TextField({ label, value, onCommit, placeholder, rows, maxRows, disabled = false, className = '', maxLength }: {
  readonly label: string
  readonly value: string
  readonly onCommit: (value: string) => void
  readonly placeholder?: string
  /** A block of at least so many lines, growing with its text; absent: one line. */
  readonly rows?: number
  readonly maxRows?: number
  readonly disabled?: boolean
  readonly className?: string
  readonly maxLength?: number
}) {
  const [text, setText] = useState(value)
  const [isTyping, setIsTyping] = useState(false)
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null)
  const typed = useRef(value)

  // What comes from elsewhere (undo, another window) replaces the text unless it is just being typed.
  const [seen, setSeen] = useState(value)
  if (seen !== value) {
    setSeen(value)
    if (!isTyping) setText(value)
  }

  function commit(): void {
    if (pending.current === null) return
    clearTimeout(pending.current)
    pending.current = null
    setIsTyping(false)
    if (typed.current !== value) onCommit(typed.current)
  }

  // A field that disappears (another shot is selected, the window is closed) commits what was typed.
  const leave = useEffectEvent(commit)
  useEffect(() => {
    const flush = (): void => leave()
    window.addEventListener('pagehide', flush)
    return () => {
      window.removeEventListener('pagehide', flush)
      flush()
    }
  }, [])

  function change(next: string): void {
    setText(next)
    setIsTyping(true)
    typed.current = next
    if (pending.current !== null) clearTimeout(pending.current)
    pending.current = setTimeout(commit, COMMIT_AFTER_MS)
  }

  function press(event: KeyboardEvent<HTMLElement>): void {
    if (event.key === 'Escape' || (event.key === 'Enter' && rows === undefined)) {
      event.stopPropagation()
      event.currentTarget.blur()
    }
  }

  const shared = { 'aria-label': label, value: text, placeholder, disabled, maxLength, onBlur: commit, onKeyDown: press }
  if (rows === undefined) return <input {...shared} className={`control ${className}`} onChange={(event) => change(event.target.value)} />
  return (
    <textarea {...shared} rows={rows} className={`text-area text-area-grows ${className}`} style={{ minHeight: `${rows * 19 + 16}px`, maxHeight: `${(maxRows ?? 12) * 19 + 16}px` }} onChange={(event) => change(event.target.value)} />
  )
}
