/** Everything about one take: its moving picture, its whole recipe to copy, a note, and the way back into the shot. */
import { Check, Copy, RotateCcw, Star } from 'lucide-react'
import { useState } from 'react'
import { takeThumbnailPath, takeVideoPath } from '#contracts/studio-api.ts'
import { LIMITS } from '#core/document/schema.ts'
import { makeFromRecipe } from '../../stores/edits.ts'
import { useStudio } from '../../stores/studio.ts'
import { recipeRows, type TakeNode } from '../../stores/take-words.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'

export function TakeDialog({ node, shotId, projectId, ratio, isLocked, onClose }: {
  readonly node: TakeNode
  readonly shotId: string
  readonly projectId: string
  readonly ratio: number
  readonly isLocked: boolean
  readonly onClose: () => void
}) {
  const studio = useStudio()
  const { take, number, made } = node
  const [note, setNote] = useState(take.note)
  const [isCopied, setIsCopied] = useState(false)
  const rows = recipeRows(take, made)

  function keepNote(): void {
    if (note !== take.note) void studio.document.dispatch('take.annotate', { takeId: take.id, note })
  }

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(rows.map(([name, value]) => `${name}: ${value}`).join('\n'))
      setIsCopied(true)
    } catch {
      // Browsers refuse without a gesture or a permission: the text can be selected instead.
      studio.notices.add({ kind: 'failed', title: t.takes.copyFailed, text: t.takes.copyFailedText })
    }
  }

  return (
    <Dialog isOpen onClose={() => { keepNote(); onClose() }} title={`${t.takes.number(number)} · ${made}`} width={640} footer={(
      <>
        <Button icon={isCopied ? <Check size={13} /> : <Copy size={13} />} onClick={() => void copy()}>{isCopied ? t.takes.copied : t.takes.copy}</Button>
        <span className="grow" />
        <Button icon={<RotateCcw size={13} />} disabled={isLocked || !take.recipe} onClick={() => { keepNote(); void makeFromRecipe(studio, shotId, take.id); onClose() }}>{t.takes.remake}</Button>
        <Button tone="primary" onClick={() => { keepNote(); void studio.document.dispatch('shot.selectTake', { shotId, takeId: take.id }); onClose() }}>{t.takes.showThis}</Button>
      </>
    )}>
      <div className="take-sheet">
        <div className="take-sheet-side" style={{ width: ratio < 0.9 ? 148 : 236 }}>
          <video className="take-video" style={{ aspectRatio: ratio }} src={studio.mediaUrl(takeVideoPath(projectId, take.id))} poster={studio.mediaUrl(takeThumbnailPath(projectId, take.id))} controls loop muted playsInline aria-label={t.takes.number(number)} />
          <label className="take-note-field">
            <span className="field-label">{t.takes.note}</span>
            <textarea className="text-area" rows={3} value={note} maxLength={LIMITS.textCharacters} placeholder={t.takes.notePlaceholder} onChange={(event) => setNote(event.target.value)} onBlur={keepNote} />
          </label>
          <Button tone="quiet" icon={<Star size={13} fill={take.isStarred ? 'currentColor' : 'none'} />} aria-pressed={take.isStarred} onClick={() => void studio.document.dispatch('take.annotate', { takeId: take.id, isStarred: !take.isStarred })}>{take.isStarred ? t.takes.unstar : t.takes.star}</Button>
        </div>
        <dl className="recipe">
          {rows.map(([name, value]) => <div key={name} className="recipe-row"><dt>{name}</dt><dd>{value}</dd></div>)}
          {!take.recipe && <p className="hint">{t.takes.recipeNone}</p>}
        </dl>
      </div>
    </Dialog>
  )
}
