/** The window's own manners: its title names the project, and it asks before closing over edits that the studio has not got. */
import { useEffect } from 'react'
import { useOpen } from '../stores/hooks.ts'
import { useStudio } from '../stores/studio.ts'
import { t } from '../ui/strings/strings.ts'

export function useWindow(): void {
  const studio = useStudio()
  const title = useOpen(({ document }) => document.project.title, '')
  useEffect(() => {
    document.title = title === '' ? t.app.name : `${title} – ${t.app.name}`
  }, [title])
  useEffect(() => {
    function ask(event: BeforeUnloadEvent): void {
      const isLost = studio.link.state.getState().status === 'lost'
      if (isLost && studio.document.state.getState().pendingEdits > 0) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [studio])
}
