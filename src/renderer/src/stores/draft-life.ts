/** How long an operation that is being prepared stays: until its shot, its take or the selection has gone on without it. */
import type { ProjectDocument } from '#core/document/schema.ts'
import { deriveFrom } from './derive.ts'
import type { OperationDraft } from './operations-store.ts'

export function isDraftAlive(draft: OperationDraft, document: ProjectDocument, focusedShotId: string | null): boolean {
  const shot = document.shots[draft.shotId]
  if (!shot || shot.isLocked || focusedShotId !== draft.shotId) return false
  switch (draft.kind) {
    case 'variations': return true
    case 'bridge': return nextOf(deriveFrom(document).shotIds, draft.shotId) === draft.toShotId
    default: return shot.selectedTakeId === draft.takeId
  }
}

function nextOf(shotIds: readonly string[], shotId: string): string | undefined {
  return shotIds[shotIds.indexOf(shotId) + 1]
}
