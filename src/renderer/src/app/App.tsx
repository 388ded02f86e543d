/** Chooses the screen: connecting, library or studio; and holds what lies over all of them. */
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { useEffect } from 'react'
import { DoctorScreen } from '../features/doctor/DoctorScreen.tsx'
import { LibraryScreen } from '../features/library/LibraryScreen.tsx'
import { PacksScreen } from '../features/packs/PacksScreen.tsx'
import { useDocumentState, useSession } from '../stores/hooks.ts'
import { useStudio } from '../stores/studio.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../ui/strings/strings.ts'
import { TriangleAlert } from 'lucide-react'
import { ConnectionBanner, Connecting } from './Connection.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { Fallback } from './Fallback.tsx'
import { useKeyboard } from './keyboard.ts'
import { Notices } from './Notices.tsx'
import { reopenLastProject, rememberOpenProject } from './reopen.ts'
import { ShortcutSheet } from './ShortcutSheet.tsx'
import { StudioScreen } from './StudioScreen.tsx'
import { useTextFonts } from './text-fonts.ts'
import { useWindow } from './window.ts'
import { useStore } from 'zustand'
import './app.css'
import './overlays.css'

export function App() {
  const studio = useStudio()
  const theme = useSession((state) => state.theme)
  useKeyboard()
  useTextFonts()
  useWindow()
  useEffect(() => rememberOpenProject(studio), [studio])
  useEffect(() => reopenLastProject(studio), [studio])
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={450} closeDelay={60}>
        <div className="app">
          <ConnectionBanner />
          <Fallback>
            <Screen />
          </Fallback>
        </div>
        <CommandPalette />
        <ShortcutSheet />
        <Notices />
      </Tooltip.Provider>
    </CSPProvider>
  )
}

function Screen() {
  const studio = useStudio()
  const openScreen = useSession((state) => state.openScreen)
  const hasInfo = useStore(studio.link.state, (state) => state.info !== null)
  const status = useDocumentState((state) => state.status)
  const error = useDocumentState((state) => state.error)
  if (!hasInfo) return <Connecting />
  if (openScreen === 'doctor') return <DoctorScreen />
  if (openScreen === 'packs') return <PacksScreen />
  if (status === 'open') return <StudioScreen />
  if (status === 'opening') return <div className="app-wait" role="status"><span className="late">{t.project.opening}</span></div>
  if (status === 'failed') {
    return (
      <Empty tone="failed" icon={<TriangleAlert size={28} />} title={error?.message ?? t.project.openFailed} text={error?.remedy}>
        <Button tone="primary" onClick={() => studio.closeProject()}>{t.project.library}</Button>
      </Empty>
    )
  }
  return <LibraryScreen />
}
