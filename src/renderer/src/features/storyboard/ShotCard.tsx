/** One shot as a card: its picture, number, words, framing, camera, length and state. Cards far outside the view are empty shells. */
import { useSortable } from '@dnd-kit/react/sortable'
import { Copy, Ellipsis, Lock, LockOpen, Plus, Sparkles, Trash2 } from 'lucide-react'
import { memo, useCallback, useEffect, useRef, useState, type MouseEvent } from 'react'
import type { Shot } from '#core/document/schema.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { shortcutOf } from '../../stores/actions.ts'
import { addShot, deleteShots, duplicateShot, seekToShot, toggleLock } from '../../stores/edits.ts'
import { useOpen, useSession, useShot } from '../../stores/hooks.ts'
import { useShotPresence, type ShotPresence } from '../../stores/shot-presence.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { CameraGlyph } from '../../ui/CameraGlyph.tsx'
import { Menu, type MenuEntry } from '../../ui/Menu.tsx'
import { Picture } from '../../ui/Picture.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { LockBadge, StateBadge, staleWords } from '../../ui/StateBadge.tsx'
import { t } from '../../ui/strings/strings.ts'
import { wayEntries } from './way-entries.tsx'
import type { CardArrangement } from './card-arrangement.ts'
import { stageWords } from '../../ui/stage-words.ts'
import { describeMove } from '#core/camera/moves.ts'

/** Cards that are drawn at once, before it is known what is in view. */
const FIRST_CARDS = 24
/** How much of a prompt is part of a card's name. */
const SPOKEN_CHARACTERS = 160

interface CardProps {
  readonly shotId: string
  readonly index: number
  readonly isOrderable: boolean
  readonly arrangement: CardArrangement
  readonly isTabStop: boolean
  readonly order: readonly string[]
}

export const ShotCard = memo(function ShotCard({ shotId, index, isOrderable, arrangement, isTabStop, order }: CardProps) {
  const studio = useStudio()
  const isSelected = useSession((state) => state.selectedShotIds.includes(shotId))
  const { ref: sortableRef, isDragging } = useSortable({ id: shotId, index, disabled: !isOrderable, transition: { duration: 160 } })
  const [element, setElement] = useState<HTMLElement | null>(null)
  const ref = useCallback((node: HTMLElement | null) => { sortableRef(node); setElement(node) }, [sortableRef])
  const prompt = useOpen(({ document }) => document.shots[shotId]?.prompt.slice(0, SPOKEN_CHARACTERS) ?? '', '')
  const isNear = useIsNear(element, index < FIRST_CARDS)

  function select(event: MouseEvent): void {
    if (event.target instanceof Element && event.target.closest('button')) return
    if (event.shiftKey) studio.session.selectRangeTo(shotId, order)
    else if (event.ctrlKey || event.metaKey) studio.session.toggleShot(shotId)
    else studio.session.selectShots([shotId])
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) seekToShot(studio, shotId)
  }

  return (
    <li ref={ref} data-shot={shotId} role="option" aria-selected={isSelected} tabIndex={isTabStop ? 0 : -1} aria-label={t.shot.described(index + 1, prompt)} aria-describedby={isNear ? stateIdOf(shotId) : undefined}
      className={`card card-${arrangement} ${isDragging ? 'card-dragging' : ''}`} onClick={select}>
      {isNear && <CardBody shotId={shotId} index={index} />}
    </li>
  )
})

function CardBody({ shotId, index }: { readonly shotId: string; readonly index: number }) {
  const shot = useShot(shotId)
  const presence = useShotPresence(shotId)
  const [ratio, rate] = useOpen(({ document: { project } }) => [project.frameSize.width / project.frameSize.height, project.frameRate] as const, [16 / 9, { num: 24, den: 1 }] as const)
  if (!shot) return null
  return (
    <>
      <div className="card-well">
        <Picture src={presence.pictureUrl} alt="" ratio={ratio} className={presence.kind === 'stale' ? 'picture-stale' : ''}>
          {presence.pictureUrl === null && <span className="card-blank"><CameraGlyph move={shot.camera} size={18} /></span>}
          {presence.kind === 'draft' && <span className="draft-tag">{t.states.draft}</span>}
        </Picture>
      </div>
      <div className="card-words">
        <div className="card-line">
          <span className="card-number">{index + 1}</span>
          {shot.name !== '' && <span className="card-name truncate">{shot.name}</span>}
          <span className="card-facts">
            {shot.isLocked && <LockBadge />}
            {shot.shotSize && <span className="card-fact" title={t.shotSizes[shot.shotSize]}>{t.shotSizesShort[shot.shotSize]}</span>}
            <span className="card-fact" title={describeMove(shot.camera)}><CameraGlyph move={shot.camera} size={15} withTitle /></span>
            <span className="card-fact">{t.common.seconds(framesToSeconds(shot.durationFrames, rate))}</span>
          </span>
          <CardMenu shot={shot} index={index} />
        </div>
        <p className={`card-prompt ${shot.prompt === '' ? 'card-prompt-none' : ''}`}>{shot.prompt === '' ? t.shot.noPrompt : shot.prompt}</p>
        <div id={stateIdOf(shotId)} className="card-state"><CardState shotId={shotId} presence={presence} /></div>
      </div>
    </>
  )
}

function stateIdOf(shotId: string): string {
  return `state-${shotId}`
}

function CardState({ shotId, presence }: { readonly shotId: string; readonly presence: ShotPresence }) {
  const studio = useStudio()
  const { kind, job, reasons } = presence
  switch (kind) {
    case 'drafting': return (
      <div className="card-progress">
        <StateBadge kind="drafting" detail={job ? stageWords(job) : null} />
        <ProgressBar label={job?.label ?? t.states.drafting} fraction={job?.progress?.fraction ?? 0} isStriped />
      </div>
    )
    case 'failed': return (
      <div className="card-failure">
        <StateBadge kind="failed" detail={job?.error?.message ?? null} />
        <p className="hint card-remedy">{job?.error?.remedy}</p>
        <div className="card-buttons">
          <Button className="button-small" onClick={() => void studio.generate([shotId])}>{t.common.retry}</Button>
          <Button tone="quiet" className="button-small" onClick={() => job && studio.jobs.dismiss(job.jobId)}>{t.common.dismiss}</Button>
        </div>
      </div>
    )
    case 'stale': return <StateBadge kind="stale" detail={staleWords(reasons)} />
    case 'empty': return <StateBadge kind="empty" />
    case 'queued': return <StateBadge kind="queued" />
    default: return null
  }
}

function CardMenu({ shot, index }: { readonly shot: Shot; readonly index: number }) {
  const studio = useStudio()
  const entries: readonly MenuEntry[] = [
    { id: 'generate', label: t.storyboard.generate(1), icon: <Sparkles size={14} />, shortcut: shortcutOf('generateSelected'), disabled: shot.isLocked, run: () => void studio.generate([shot.id]) },
    ...wayEntries(studio, shot),
    { id: 'add', label: t.storyboard.addAfter, icon: <Plus size={14} />, startsGroup: true, run: () => void addShot(studio, shot.id) },
    { id: 'duplicate', label: t.storyboard.duplicate, icon: <Copy size={14} />, shortcut: shortcutOf('duplicateShot'), run: () => void duplicateShot(studio, shot.id) },
    { id: 'lock', label: shot.isLocked ? t.storyboard.unlock : t.storyboard.lock, icon: shot.isLocked ? <LockOpen size={14} /> : <Lock size={14} />, shortcut: shortcutOf('toggleLock'), run: () => toggleLock(studio, [shot.id]) },
    { id: 'delete', label: t.storyboard.delete(1), icon: <Trash2 size={14} />, shortcut: shortcutOf('deleteSelection'), startsGroup: true, isDanger: true, disabled: shot.isLocked, run: () => void deleteShots(studio, [shot.id]) },
  ]
  return <Menu entries={entries} align="end" trigger={<button type="button" tabIndex={-1} aria-label={t.storyboard.actions(index + 1)} className="button icon-button button-quiet card-menu"><Ellipsis size={14} /></button>} />
}

/** True while the card is in or near the view; a shell of the same height stands in otherwise. */
function useIsNear(element: HTMLElement | null, isNearAtFirst: boolean): boolean {
  const [isNear, setIsNear] = useState(isNearAtFirst)
  const observer = useRef<IntersectionObserver | null>(null)
  useEffect(() => {
    if (!element) return
    observer.current = new IntersectionObserver(([entry]) => setIsNear(entry?.isIntersecting ?? false), { rootMargin: '400px 0px' })
    observer.current.observe(element)
    return () => observer.current?.disconnect()
  }, [element])
  return isNear
}
