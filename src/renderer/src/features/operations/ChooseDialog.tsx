/** The takes of one batch as pictures to choose from, also while the last of them are still being made. */
import { useEffect, useEffectEvent } from 'react'
import { useStudio } from '../../stores/studio.ts'
import { useJobs, useOpen, useOperations } from '../../stores/hooks.ts'
import { isActive } from '../../stores/jobs-store.ts'
import { jobsOf, type OperationBatch } from '../../stores/operations-store.ts'
import { nameOf } from '../../stores/abilities.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'
import { ChoiceTile } from './ChoiceTile.tsx'
import './operations.css'

/** Wide enough that up to four stand in a row; narrow pictures stand closer. */
const TILE_PIXELS = { wide: 196, tall: 124 } as const

export function ChooseDialog() {
  const batch = useOperations((state) => state.choosing)
  return batch && <Choices batch={batch} />
}

function Choices({ batch }: { readonly batch: OperationBatch }) {
  const studio = useStudio()
  const { shotId } = batch
  const jobs = useJobs((state) => state.jobs)
  const [name, selectedTakeId, ratio] = useOpen(({ document }) => [nameOf(document, shotId), document.shots[shotId]?.selectedTakeId ?? null, document.project.frameSize.width / document.project.frameSize.height] as const, ['', null, 1] as const)
  const list = jobsOf(batch, jobs)
  const done = list.filter(({ state }) => state === 'done').length
  const close = (): void => studio.operations.choose(null)

  function use(position: number): void {
    const takeId = list[position]?.takeId
    if (!takeId) return
    if (takeId !== selectedTakeId) void studio.document.dispatch('shot.selectTake', { shotId, takeId })
    studio.session.selectShots([shotId])
    close()
  }

  // Numbers choose wherever the focus stands in the dialog.
  const choose = useEffectEvent((event: KeyboardEvent) => { if (/^[1-8]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) use(Number(event.key) - 1) })
  useEffect(() => {
    const press = (event: KeyboardEvent): void => choose(event)
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])

  return (
    <Dialog isOpen onClose={close} title={t.operations.chooseHeading(name)} width={ratio < 0.9 ? 620 : 880} footer={(
      <>
        <span className="hint grow">{list.some(isActive) ? t.operations.underWay(done, list.length) : ''}</span>
        <Button onClick={close}>{t.operations.keepDeciding}</Button>
      </>
    )}>
      <p className="hint dialog-lead">{t.operations.chooseText}</p>
      <div className="choices" style={{ '--choice-width': `${ratio < 0.9 ? TILE_PIXELS.tall : TILE_PIXELS.wide}px` } as Record<string, unknown>}>
        {list.map((job, position) => (
          <ChoiceTile key={job.jobId} job={job} position={position + 1} ratio={ratio} isSelected={job.takeId !== null && job.takeId === selectedTakeId} onUse={() => use(position)} />
        ))}
      </div>
    </Dialog>
  )
}
