/** The cards in order: selection by pointer and arrow keys, reordering by drag and by Alt with an arrow key. */
import { DragDropProvider, PointerSensor, type DragEndEvent } from '@dnd-kit/react'
import { Accessibility, PointerActivationConstraints } from '@dnd-kit/dom'
import { isSortable } from '@dnd-kit/react/sortable'
import { useEffect, useRef, useState, type ComponentProps, type KeyboardEvent } from 'react'
import { moveShotsTo, seekToShot, stepShots } from '../../stores/edits.ts'
import { useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { ShotCard } from './ShotCard.tsx'
import type { CardArrangement } from './card-arrangement.ts'

/** A press becomes a drag only after some travel, so that clicks stay clicks. */
const SENSORS = [
  PointerSensor.configure({
    activationConstraints: [new PointerActivationConstraints.Distance({ value: 5 })],
    preventActivation: (event) => event.target instanceof Element && event.target.closest('button, input, textarea, a') !== null,
  }),
]

/** Without the spoken instructions, which are for keys that the cards do not have: theirs are in the list's description. */
const PLUGINS: NonNullable<ComponentProps<typeof DragDropProvider>['plugins']> = (defaults) => defaults.filter((plugin) => plugin !== Accessibility)

export function CardList({ shotIds, isOrderable, arrangement }: { readonly shotIds: readonly string[]; readonly isOrderable: boolean; readonly arrangement: CardArrangement }) {
  const studio = useStudio()
  const list = useRef<HTMLUListElement>(null)
  const focusedShotId = useSession((state) => state.focusedShotId)
  const [order, setOrder] = useDroppedOrder(shotIds)

  function drop(event: DragEndEvent): void {
    const { source } = event.operation
    if (event.canceled || !source || !isSortable(source) || source.index === source.initialIndex) return
    const shotId = String(source.id)
    setOrder(moved(shotIds, source.initialIndex, source.index))
    moveShotsTo(studio, shotId, source.index)
  }

  function press(event: KeyboardEvent): void {
    const at = focusedShotId === null ? -1 : order.indexOf(focusedShotId)
    if (event.altKey && event.key.startsWith('Arrow')) {
      event.preventDefault()
      stepShots(studio, studio.session.state.getState().selectedShotIds, event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? -1 : 1)
      return
    }
    const step = stepOf(event.key, arrangement, list.current)
    const next = step === null ? undefined : order[Math.max(0, Math.min(order.length - 1, at + step))]
    if (next === undefined || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    if (event.shiftKey) studio.session.selectRangeTo(next, order)
    else studio.session.selectShots([next])
    seekToShot(studio, next)
  }

  useEffect(() => {
    if (focusedShotId === null || !order.includes(focusedShotId)) return
    const card = list.current?.querySelector<HTMLElement>(`[data-shot="${focusedShotId}"]`)
    card?.scrollIntoView({ block: 'nearest' })
    // Focus follows the selection only where it already is: typing in the inspector is never interrupted.
    if (list.current?.contains(document.activeElement)) card?.focus({ preventScroll: true })
  }, [focusedShotId, order])

  return (
    <DragDropProvider plugins={PLUGINS} sensors={SENSORS} onDragEnd={drop}>
      <ul ref={list} className="cards" role="listbox" aria-label={t.storyboard.list} aria-multiselectable aria-description={t.storyboard.reorderHint} onKeyDown={press}>
        {order.map((shotId, index) => (
          <ShotCard key={shotId} shotId={shotId} index={index} isOrderable={isOrderable} arrangement={arrangement} isTabStop={focusedShotId === shotId || (index === 0 && (focusedShotId === null || !order.includes(focusedShotId)))} order={order} />
        ))}
      </ul>
    </DragDropProvider>
  )
}

/** Shows the dropped order at once, until the document says the same or something else. */
function useDroppedOrder(shotIds: readonly string[]): [readonly string[], (order: readonly string[]) => void] {
  const [dropped, setDropped] = useState<{ readonly from: readonly string[]; readonly order: readonly string[] } | null>(null)
  const isPending = dropped !== null && dropped.from === shotIds
  return [isPending ? dropped.order : shotIds, (order) => setDropped({ from: shotIds, order })]
}

function moved(ids: readonly string[], from: number, to: number): readonly string[] {
  const id = ids[from]
  return id === undefined ? ids : ids.toSpliced(from, 1).toSpliced(to, 0, id)
}

function stepOf(key: string, arrangement: CardArrangement, list: HTMLUListElement | null): number | null {
  if (key === 'Home') return -Infinity
  if (key === 'End') return Infinity
  if (arrangement === 'list') return key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : null
  if (key === 'ArrowLeft') return -1
  if (key === 'ArrowRight') return 1
  const columns = list ? getComputedStyle(list).gridTemplateColumns.split(' ').length : 1
  return key === 'ArrowUp' ? -columns : key === 'ArrowDown' ? columns : null
}
