/** While two takes are compared: the number of the one that is seen now. */
import { otherTakeOf } from '../../stores/compare.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useOpen, useOperations, useShotUnderPlayhead } from '../../stores/hooks.ts'
import { t } from '../../ui/strings/strings.ts'

export function CompareTag() {
  const isComparing = useOperations((state) => state.isComparing)
  const compareWith = useOperations((state) => state.compareWith)
  const shotId = useShotUnderPlayhead()
  const number = useOpen(({ document }) => {
    const other = shotId === null ? null : otherTakeOf(document, shotId, { compareWith })
    return shotId === null || !other ? 0 : deriveFrom(document).takeNumber(shotId, other.id)
  }, 0)
  if (!isComparing) return null
  return <span className="stage-compare" role="status">{number === 0 ? t.takes.compareNone : t.takes.comparing(number)}</span>
}
