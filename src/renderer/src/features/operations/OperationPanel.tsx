/** What is about to be made anew, on top of the inspector: its words, its seed, how many, how long, and what stays. */
import { assertNever } from '#core/errors.ts'
import { useOperations } from '../../stores/hooks.ts'
import { BridgePanel } from './BridgePanel.tsx'
import { ExtendPanel } from './ExtendPanel.tsx'
import { RetakePanel } from './RetakePanel.tsx'
import { VariationsPanel } from './VariationsPanel.tsx'
import './operations.css'

export function OperationPanel() {
  const draft = useOperations((state) => state.draft)
  if (!draft) return null
  switch (draft.kind) {
    // The range may change while the words are typed: only another take begins anew.
    case 'retake': return <RetakePanel key={draft.takeId} shotId={draft.shotId} takeId={draft.takeId} range={draft.range} />
    case 'extend': return <ExtendPanel key={`${draft.takeId}-${draft.side}`} shotId={draft.shotId} takeId={draft.takeId} side={draft.side} />
    case 'bridge': return <BridgePanel key={draft.shotId} shotId={draft.shotId} toShotId={draft.toShotId} />
    case 'variations': return <VariationsPanel key={draft.shotId} shotId={draft.shotId} />
    default: return assertNever(draft)
  }
}
