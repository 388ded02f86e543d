/** The takes of a shot as a tree of pictures: press one to use it; what was made from it stands below it; none is ever lost. */
import { useMemo, useState } from 'react'
import { useDocumentState, shownDocument, useOpen, useOperations } from '../../stores/hooks.ts'
import { otherTakeOf } from '../../stores/compare.ts'
import { takeTree } from '../../stores/take-words.ts'
import { t } from '../../ui/strings/strings.ts'
import { TakeDialog } from './TakeDialog.tsx'
import { TakeRow } from './TakeRow.tsx'
import { UnderWay } from './UnderWay.tsx'
import './takes.css'

export function TakesPanel({ shotId }: { readonly shotId: string }) {
  const document = useDocumentState(shownDocument)
  const compareWith = useOperations((state) => state.compareWith)
  const [ratio, projectId] = useOpen(({ document: { project }, projectId: own }) => [project.frameSize.width / project.frameSize.height, own] as const, [1, ''] as const)
  const [openTakeId, setOpenTakeId] = useState<string | null>(null)
  const nodes = useMemo(() => (document ? takeTree(document, shotId) : []), [document, shotId])
  const shot = document?.shots[shotId]
  const other = document ? otherTakeOf(document, shotId, { compareWith }) : null
  const opened = nodes.find(({ take }) => take.id === openTakeId)
  if (!shot) return null
  return (
    <section className="section takes-panel">
      <header className="section-head">
        <h3 className="section-title">{t.takes.heading}</h3>
        {nodes.length > 0 && <span className="hint">{nodes.length}</span>}
      </header>
      <UnderWay shotId={shotId} />
      {nodes.length === 0
        ? <p className="hint">{t.takes.none}</p>
        : (
          <ul className="take-list" aria-label={t.takes.list}>
            {nodes.map((node) => (
              <TakeRow key={node.take.id} node={node} shotId={shotId} projectId={projectId} ratio={ratio} isSelected={shot.selectedTakeId === node.take.id} isCompared={other?.id === node.take.id} isLocked={shot.isLocked} onOpen={() => setOpenTakeId(node.take.id)} />
            ))}
          </ul>
        )}
      {opened && <TakeDialog node={opened} shotId={shotId} projectId={projectId} ratio={ratio} isLocked={shot.isLocked} onClose={() => setOpenTakeId(null)} />}
    </section>
  )
}
