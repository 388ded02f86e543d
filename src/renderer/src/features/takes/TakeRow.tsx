/** One take: picture, number, how it was made, note; star, comparison and a menu. */
import { CornerDownRight, Ellipsis, RotateCcw, ScrollText, SquareSplitHorizontal, Star } from 'lucide-react'
import { takeThumbnailPath } from '#contracts/studio-api.ts'
import { makeFromRecipe } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import type { TakeNode } from '../../stores/take-words.ts'
import { Menu, type MenuEntry } from '../../ui/Menu.tsx'
import { Picture } from '../../ui/Picture.tsx'
import { t } from '../../ui/strings/strings.ts'

/** Deeper families stop moving to the right, so that their words keep their room. */
const DEEPEST_INDENT = 3

export function TakeRow({ node, shotId, projectId, ratio, isSelected, isCompared, isLocked, onOpen }: {
  readonly node: TakeNode
  readonly shotId: string
  readonly projectId: string
  readonly ratio: number
  readonly isSelected: boolean
  /** It is the one that the comparison holds up. */
  readonly isCompared: boolean
  readonly isLocked: boolean
  readonly onOpen: () => void
}) {
  const studio = useStudio()
  const { take, number, made } = node
  const entries: readonly MenuEntry[] = [
    { id: 'details', label: t.takes.details, icon: <ScrollText size={14} />, run: onOpen },
    { id: 'compare', label: t.takes.compare, icon: <SquareSplitHorizontal size={14} />, disabled: isSelected, run: () => { studio.operations.compareWith(shotId, take.id); studio.operations.setComparing(true) } },
    { id: 'remake', label: t.takes.remake, icon: <RotateCcw size={14} />, disabled: isLocked || !take.recipe, startsGroup: true, run: () => void makeFromRecipe(studio, shotId, take.id) },
  ]
  return (
    <li className={`take ${isSelected ? 'take-selected' : ''}`} style={{ paddingLeft: Math.min(DEEPEST_INDENT, node.depth) * 14 }}>
      {node.depth > 0 && <CornerDownRight size={12} className="take-branch" aria-hidden />}
      <button type="button" className="take-button" aria-pressed={isSelected} aria-label={`${t.takes.use(number)}: ${made}`} onClick={() => void studio.document.dispatch('shot.selectTake', { shotId, takeId: take.id })}>
        <Picture src={studio.mediaUrl(takeThumbnailPath(projectId, take.id))} alt="" ratio={ratio} />
        <span className="take-words">
          <span className="take-title">
            {t.takes.number(number)}
            {take.isDraft && <span className="take-draft">{t.states.draft}</span>}
          </span>
          <span className="take-made" title={made}>{made}</span>
          {take.note !== '' && <span className="take-note truncate" title={take.note}>{take.note}</span>}
        </span>
      </button>
      {isCompared && <span className="take-versus" title={t.takes.compareHold(number)}>B</span>}
      <button type="button" className={`take-star ${take.isStarred ? 'take-starred' : ''}`} aria-pressed={take.isStarred} aria-label={take.isStarred ? t.takes.unstar : t.takes.star}
        onClick={() => void studio.document.dispatch('take.annotate', { takeId: take.id, isStarred: !take.isStarred })}>
        <Star size={13} fill={take.isStarred ? 'currentColor' : 'none'} />
      </button>
      <Menu entries={entries} align="end" trigger={<button type="button" aria-label={t.takes.actions(number)} className="button icon-button button-quiet take-menu"><Ellipsis size={14} /></button>} />
    </li>
  )
}
