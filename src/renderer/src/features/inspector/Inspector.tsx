/** The inspector: shows whatever is selected: a shot, several shots, a transition, a title, a caption, a sound. */
import { useSession } from '../../stores/hooks.ts'
import { t } from '../../ui/strings/strings.ts'
import { BridgeButton } from './BridgeButton.tsx'
import { ClipInspector } from './ClipInspector.tsx'
import { ProjectInspector } from './ProjectInspector.tsx'
import { ShotInspector } from './ShotInspector.tsx'
import { TransitionFields } from './TransitionFields.tsx'
import { Section } from './Section.tsx'
import './inspector.css'
import type { ReactNode } from 'react'

/** `operation`: what is about to be made anew, on top; `takesOf`: the takes of a shot, where they stand among its fields. */
export function Inspector({ operation, takesOf }: { readonly operation: ReactNode; readonly takesOf: (shotId: string) => ReactNode }) {
  const focusedShotId = useSession((state) => state.focusedShotId)
  const shotIds = useSession((state) => state.selectedShotIds)
  const clip = useSession((state) => state.selectedClip)
  const transitionShotId = useSession((state) => state.selectedTransitionShotId)
  return (
    <aside className="inspector" aria-label={t.inspector.label}>
      {clip ? <ClipInspector key={clip.id} clip={clip} />
        : transitionShotId ? <div className="inspector-scroll"><Section title={t.inspector.transition}><TransitionFields afterShotId={transitionShotId} /><BridgeButton shotId={transitionShotId} /></Section></div>
          : focusedShotId ? <ShotInspector key={focusedShotId} shotId={focusedShotId} shotIds={shotIds} operation={operation} takes={takesOf(focusedShotId)} />
            : <ProjectInspector />}
    </aside>
  )
}
