/** Leads key presses to actions, except where a person types or a popup listens itself. */
import { useEffect } from 'react'
import { actionOfKey, type Action } from '../stores/actions.ts'
import { useStudio } from '../stores/studio.ts'

const ALWAYS = new Set(['palette', 'undo', 'redo', 'save', 'generateStale'])

export function useKeyboard(): void {
  const studio = useStudio()
  useEffect(() => {
    /** The action whose key is held down, with that key. */
    let held: { readonly action: Action; readonly key: string } | null = null
    function press(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return
      const action = actionOfKey(event)
      if (!action || !isHeard(event, action.id) || studio.document.state.getState().status !== 'open' || studio.session.state.getState().openScreen !== null) return
      event.preventDefault()
      if (action.release) held = { action, key: event.key.toLowerCase() }
      action.run(studio)
    }
    function letGo(event?: KeyboardEvent): void {
      if (!held || (event && event.key.toLowerCase() !== held.key)) return
      held.action.release?.(studio)
      held = null
    }
    // A window that loses the keyboard never hears the key come up.
    const leave = (): void => letGo()
    window.addEventListener('keydown', press)
    window.addEventListener('keyup', letGo)
    window.addEventListener('blur', leave)
    return () => {
      window.removeEventListener('keydown', press)
      window.removeEventListener('keyup', letGo)
      window.removeEventListener('blur', leave)
    }
  }, [studio])
}

/** Text fields keep their own keys (undo of typing too), popups and dialogs theirs, focused controls Space and arrows. */
function isHeard(event: KeyboardEvent, actionId: string): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null
  if (!target) return true
  if (target.closest('[role="dialog"]:not(.notice), [role="alertdialog"]:not(.notice), [role="menu"], [role="listbox"][data-open]')) return false
  if (target.closest('input:not([type="range"]), textarea, select, [contenteditable="true"]')) return ALWAYS.has(actionId) && actionId !== 'undo' && actionId !== 'redo'
  if (target.closest('[role="slider"], input[type="range"]')) return !event.key.startsWith('Arrow') && event.key !== 'Home' && event.key !== 'End' && event.key !== 'PageUp' && event.key !== 'PageDown'
  if (event.key === ' ' || event.key === 'Enter') return !target.closest('button, a, [role="button"], [role="switch"], [role="combobox"]') || event.ctrlKey || event.metaKey
  return true
}
