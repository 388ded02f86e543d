/** What a person sees while the studio cannot be reached: nothing at first, then plain words, and a way to try at once. */
import { Unplug } from 'lucide-react'
import { useStore } from 'zustand'
import { useStudio } from '../stores/studio.ts'
import { Button } from '../ui/Button.tsx'
import { t } from '../ui/strings/strings.ts'

export function Connecting() {
  const studio = useStudio()
  const attempts = useStore(studio.link.state, (state) => state.attempts)
  if (attempts > 1) return null
  return <div className="app-wait" role="status"><span className="late">{t.app.connecting}</span></div>
}

export function ConnectionBanner() {
  const studio = useStudio()
  const isLost = useStore(studio.link.state, (state) => state.status === 'lost')
  if (!isLost) return null
  return (
    <div className="banner" role="alert">
      <Unplug size={15} aria-hidden />
      <strong>{t.app.lostTitle}</strong>
      <span className="truncate">{t.app.lostText}</span>
      <Button tone="plain" onClick={() => studio.link.retryNow()}>{t.app.retryNow}</Button>
    </div>
  )
}
