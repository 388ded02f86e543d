/** Opening the panels of operations on shots, from keys, menus and buttons alike; what cannot be done says why. */
import { t } from '../ui/strings/strings.ts'
import { nextShotOf, whyNotBridge, whyNotExtend, whyNotRetake, whyNotVariations } from './abilities.ts'
import { derivedOf } from './edits.ts'
import type { OperationDraft } from './operations-store.ts'
import { openRetake } from './ranges.ts'
import type { Studio } from './studio.ts'

export function askRetake(studio: Studio): void {
  const shotId = focusedOf(studio)
  if (shotId === null || refused(studio, shotId, whyNotRetake)) return
  leaveDeliver(studio)
  openRetake(studio)
}

export function askExtend(studio: Studio, side: 'before' | 'after', shotId = focusedOf(studio)): void {
  const takeId = shotId === null ? null : (derivedOf(studio)?.document.shots[shotId]?.selectedTakeId ?? null)
  if (shotId === null || refused(studio, shotId, whyNotExtend) || takeId === null) return
  open(studio, { kind: 'extend', shotId, takeId, side })
}

export function askBridge(studio: Studio, shotId = focusedOf(studio)): void {
  if (shotId === null || refused(studio, shotId, whyNotBridge)) return
  const document = derivedOf(studio)?.document
  const toShotId = document ? nextShotOf(document, shotId) : null
  if (toShotId !== null) open(studio, { kind: 'bridge', shotId, toShotId })
}

export function askVariations(studio: Studio, shotId = focusedOf(studio)): void {
  if (shotId !== null && !refused(studio, shotId, whyNotVariations)) open(studio, { kind: 'variations', shotId })
}

/** The panel stands in the inspector of its shot: that one is selected, in a room that shows it. */
function open(studio: Studio, draft: OperationDraft): void {
  if (studio.session.state.getState().focusedShotId !== draft.shotId) studio.session.selectShots([draft.shotId])
  leaveDeliver(studio)
  studio.operations.open(draft)
}

/** Deliver has no inspector. */
function leaveDeliver(studio: Studio): void {
  if (studio.session.state.getState().view === 'deliver') studio.session.arrange({ view: 'edit' })
}

function focusedOf(studio: Studio): string | null {
  const { focusedShotId, selectedTransitionShotId } = studio.session.state.getState()
  return focusedShotId ?? selectedTransitionShotId
}

function refused(studio: Studio, shotId: string, why: typeof whyNotRetake): boolean {
  const document = derivedOf(studio)?.document
  const reason = document ? why(document, shotId, studio.packs.state.getState().packs) : null
  if (reason !== null) studio.notices.add({ kind: 'note', title: t.operations.panel, text: reason })
  return reason !== null
}
