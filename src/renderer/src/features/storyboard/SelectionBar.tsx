/** What can be done with several selected shots at once. */
import { Lock, Sparkles, Trash2 } from 'lucide-react'
import { deleteShots, toggleLock } from '../../stores/edits.ts'
import { useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { t } from '../../ui/strings/strings.ts'

export function SelectionBar() {
  const studio = useStudio()
  const shotIds = useSession((state) => state.selectedShotIds)
  return (
    <div className="selection-bar" role="toolbar" aria-label={t.storyboard.selected(shotIds.length)}>
      <span className="selection-count truncate">{t.storyboard.selected(shotIds.length)}</span>
      <span className="grow" />
      <IconButton label={t.storyboard.lock} side="top" onClick={() => toggleLock(studio, shotIds)}><Lock size={14} /></IconButton>
      <IconButton label={t.storyboard.delete(shotIds.length)} side="top" onClick={() => void deleteShots(studio, shotIds)}><Trash2 size={14} /></IconButton>
      <Button icon={<Sparkles size={13} />} aria-label={t.storyboard.generate(shotIds.length)} onClick={() => void studio.generate(shotIds)}>{t.inspector.generate}</Button>
    </div>
  )
}
