/** Drags on the timeline: previewed on the shown document at once, committed as one command when let go, taken back by Escape. */
import type { PointerEvent as ReactPointerEvent } from 'react'
import { dispatch } from '#core/commands/dispatch.ts'
import { isRejection, type CommandEnvelope } from '#core/commands/command.ts'
import { makeId } from '#core/document/ids.ts'
import { snapFrame, snapTargets } from '#core/timeline/lookup.ts'
import { derivedOf } from '../../stores/edits.ts'
import type { Studio } from '../../stores/studio.ts'
import { followPointer } from './follow-pointer.ts'

const SNAP_PIXELS = 8

export interface DragPlan {
  /** Frame that moves with the pointer: it snaps. */
  readonly fromFrame: number
  readonly perFrame: number
  /** The edit for a distance in frames; null leaves the document as it is. */
  command(deltaFrames: number): CommandEnvelope | null
  /** What is written beside the pointer. */
  words?(deltaFrames: number): string
  /** Told of each distance, and of the end with null. */
  onMove?(deltaFrames: number | null): void
  onClick?(): void
}

/** Starts a drag from a pointer press. */
export function startDrag(studio: Studio, event: ReactPointerEvent<Element>, plan: DragPlan): void {
  if (event.button !== 0) return
  event.preventDefault()
  event.stopPropagation()
  const derived = derivedOf(studio)
  if (!derived) return
  const start = derived.document
  const own = plan.fromFrame
  const targets = [...snapTargets(derived.layout).filter((frame) => frame !== own), studio.playhead.frame]
  const startX = event.clientX
  const tip = plan.words ? makeTip() : null
  let delta = 0

  function move(at: PointerEvent): void {
    const raw = own + Math.round((at.clientX - startX) / plan.perFrame)
    const isSnapping = studio.session.state.getState().isSnapping !== (at.ctrlKey || at.metaKey)
    const snapped = isSnapping ? snapFrame(raw, targets, SNAP_PIXELS / plan.perFrame) : raw
    if (tip) tip.style.transform = `translate(${at.clientX + 14}px, ${at.clientY - 32}px)`
    if (snapped - own === delta) return
    delta = snapped - own
    if (tip) tip.textContent = plan.words?.(delta) ?? ''
    preview(studio, start, delta === 0 ? null : plan.command(delta))
    plan.onMove?.(delta)
  }

  function end({ isKept, isDragging }: { readonly isKept: boolean; readonly isDragging: boolean }): void {
    tip?.remove()
    plan.onMove?.(null)
    const command = isKept && isDragging && delta !== 0 ? plan.command(delta) : null
    if (command) void studio.document.dispatch(command.type, command.payload).finally(() => studio.document.setPreview(null))
    else studio.document.setPreview(null)
    if (!isDragging && isKept) plan.onClick?.()
  }

  followPointer(startX, { move, end })
}

function makeTip(): HTMLElement {
  const tip = document.createElement('div')
  tip.className = 'drag-tip mono'
  document.body.append(tip)
  return tip
}

/** Shows what an edit would do; a refused edit shows the last allowed state. */
function preview(studio: Studio, start: Parameters<typeof dispatch>[0], command: CommandEnvelope | null): void {
  if (!command) return studio.document.setPreview(null)
  const edit = dispatch(start, command, { newId: (kind) => makeId(kind, 'preview') })
  if (!isRejection(edit)) studio.document.setPreview(edit.document)
}
