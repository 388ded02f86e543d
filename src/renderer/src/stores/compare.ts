/** Which take is held up against the shown one: the one chosen, else the one that the shown take came from, else the newest other. */
import type { ProjectDocument, Take } from '#core/document/schema.ts'
import { deriveFrom } from './derive.ts'
import type { OperationsState } from './operations-store.ts'

export function otherTakeOf(document: ProjectDocument, shotId: string, { compareWith }: Pick<OperationsState, 'compareWith'>): Take | null {
  const shown = document.takes[document.shots[shotId]?.selectedTakeId ?? '']
  if (!shown) return null
  const others = deriveFrom(document).takesOf(shotId).filter(({ id }) => id !== shown.id)
  return others.find(({ id }) => id === compareWith[shotId]) ?? others.find(({ id }) => id === shown.parentTakeId) ?? others.at(-1) ?? null
}
