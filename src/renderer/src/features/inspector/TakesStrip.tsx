/** The takes of a shot as pictures: press one to use it, star the good ones; none is ever lost. */
import { Star } from 'lucide-react'
import type { Shot, Take } from '#core/document/schema.ts'
import { takeThumbnailPath } from '#contracts/studio-api.ts'
import { useDerived, useOpen } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Picture } from '../../ui/Picture.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Section } from './Section.tsx'

const NO_TAKES: readonly Take[] = []

export function TakesStrip({ shot }: { readonly shot: Shot }) {
  const takes = useDerived((derived) => derived.takesOf(shot.id), NO_TAKES)
  const [ratio, projectId] = useOpen(({ document: { project }, projectId: own }) => [project.frameSize.width / project.frameSize.height, own] as const, [1, ''] as const)
  if (takes.length === 0) return null
  return (
    <Section title={t.inspector.takes} aside={<span className="hint">{takes.length}</span>}>
      <ul className="takes">
        {takes.map((take, index) => <TakeTile key={take.id} take={take} number={index + 1} isSelected={shot.selectedTakeId === take.id} shotId={shot.id} ratio={ratio} projectId={projectId} />)}
      </ul>
    </Section>
  )
}

function TakeTile({ take, number, isSelected, shotId, ratio, projectId }: { readonly take: Take; readonly number: number; readonly isSelected: boolean; readonly shotId: string; readonly ratio: number; readonly projectId: string }) {
  const studio = useStudio()
  const recipe = take.recipe ? `${take.recipe.packId} ${take.recipe.packVersion} · seed ${take.recipe.seed} · ${take.recipe.steps} × · ${take.recipe.provider}` : ''
  return (
    <li className={`take ${isSelected ? 'take-selected' : ''}`}>
      <button type="button" className="take-button" aria-pressed={isSelected} aria-label={t.inspector.useTake(number)} title={recipe} onClick={() => void studio.document.dispatch('shot.selectTake', { shotId, takeId: take.id })}>
        <Picture src={studio.mediaUrl(takeThumbnailPath(projectId, take.id))} alt={t.inspector.takeLabel(number)} ratio={ratio} />
      </button>
      <span className="take-foot">
        <span>{number}</span>
        <button type="button" className={`take-star ${take.isStarred ? 'take-starred' : ''}`} aria-pressed={take.isStarred} aria-label={take.isStarred ? t.inspector.unstar : t.inspector.star}
          onClick={() => void studio.document.dispatch('take.annotate', { takeId: take.id, isStarred: !take.isStarred })}>
          <Star size={12} fill={take.isStarred ? 'currentColor' : 'none'} />
        </button>
      </span>
    </li>
  )
}
