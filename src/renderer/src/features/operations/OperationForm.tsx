/** The frame of every operation's panel: heading, fields, what is kept, expected time, start; Ctrl and Enter starts, Escape closes. */
import { Sparkles, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useOperations } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { t } from '../../ui/strings/strings.ts'

export function OperationForm({ heading, facts, children, keeps, seconds, startWords, blocked, onStart }: {
  readonly heading: string
  readonly facts?: string | undefined
  readonly children: ReactNode
  readonly keeps: string
  /** Expected; null before the model was measured here. */
  readonly seconds: number | null
  readonly startWords: string
  /** Why it cannot be started; null where it can. */
  readonly blocked: string | null
  /** False where the studio refused: the panel stays. */
  readonly onStart: () => Promise<boolean>
}) {
  const studio = useStudio()
  const panel = useRef<HTMLElement>(null)
  const [isAsking, setIsAsking] = useState(false)
  const focusRequests = useOperations((state) => state.focusRequests)
  const seenRequests = useRef(-1)
  const close = (): void => studio.operations.prepare(null)

  // A panel that was asked for takes the keyboard; one that a drag has opened leaves it where it is.
  useEffect(() => {
    const isAsked = seenRequests.current < 0 ? studio.operations.state.getState().isFocusWanted : focusRequests !== seenRequests.current
    seenRequests.current = focusRequests
    if (!isAsked) return
    panel.current?.scrollIntoView({ block: 'nearest' })
    const field = panel.current?.querySelector<HTMLElement>('textarea, input, [data-first]')
    field?.focus()
    if (field instanceof HTMLTextAreaElement) field.select()
    studio.operations.state.setState({ isFocusWanted: false })
  }, [studio, focusRequests])

  async function start(): Promise<void> {
    if (isAsking || blocked !== null) return
    setIsAsking(true)
    const isStarted = await onStart()
    setIsAsking(false)
    if (isStarted) close()
  }

  function press(event: KeyboardEvent): void {
    const isStart = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
    if (!isStart && event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    if (isStart) void start()
    else close()
  }

  return (
    <section ref={panel} className="operation" aria-label={heading} onKeyDown={press}>
      <header className="operation-head">
        <h3 className="section-title truncate">{heading}</h3>
        <IconButton label={t.common.close} shortcut="Escape" className="head-button" onClick={close}><X size={14} /></IconButton>
      </header>
      {facts && <p className="hint operation-facts">{facts}</p>}
      {children}
      <p className="operation-keeps">{keeps}</p>
      {blocked !== null && <p className="operation-blocked" role="note"><TriangleAlert size={13} aria-hidden /><span>{blocked}</span></p>}
      <footer className="operation-foot">
        <span className="hint">{seconds === null ? t.operations.expectsUnknown : t.operations.expects(seconds)}</span>
        <Tooltip label={t.operations.run} shortcut="Mod+Enter" side="top">
          <Button tone="primary" icon={<Sparkles size={13} />} disabled={blocked !== null || isAsking} onClick={() => void start()}>{isAsking ? t.operations.asking : startWords}</Button>
        </Tooltip>
      </footer>
    </section>
  )
}
