/** The inspector: shows whatever is selected: a shot, several shots, a transition, a title, a caption, a sound. */
import { useSession } from '../../stores/hooks.ts'
import { t } from '../../ui/strings/strings.ts'
import { ClipInspector } from './ClipInspector.tsx'
import { ProjectInspector } from './ProjectInspector.tsx'
import { ShotInspector } from './ShotInspector.tsx'
import { TransitionFields } from './TransitionFields.tsx'
import { Section } from './Section.tsx'
import './inspector.css'

export function Inspector() {
  const focusedShotId = useSession((state) => state.focusedShotId)
  const shotIds = useSession((state) => state.selectedShotIds)
  const clip = useSession((state) => state.selectedClip)
  const transitionShotId = useSession((state) => state.selectedTransitionShotId)
  return (
    <aside className="inspector" aria-label={t.inspector.label}>
      {clip ? <ClipInspector key={clip.id} clip={clip} />
        : transitionShotId ? <div className="inspector-scroll"><Section title={t.inspector.transition}><TransitionFields afterShotId={transitionShotId} /></Section></div>
          : focusedShotId ? <ShotInspector key={focusedShotId} shotId={focusedShotId} shotIds={shotIds} />
            : <ProjectInspector />}
    </aside>
  )
}
