/** Starts the interface: finds the host, builds the stores, draws. */
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './ui/tokens.css'
import './ui/base.css'
import './ui/buttons.css'
import './ui/fields.css'
import './ui/popups.css'
import './ui/dialogs.css'
import './ui/shot.css'
import { App } from './app/App.tsx'
import { findHost } from './host/host.ts'
import { StudioLink } from './stores/link.ts'
import { Studio, StudioContext } from './stores/studio.ts'

// The page's content security policy forbids evaluating text, which zod would otherwise try for speed.
z.config({ jitless: true })

const link = new StudioLink(findHost(window))
const studio = new Studio(link, window.localStorage)
link.start()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StudioContext value={studio}>
      <App />
    </StudioContext>,
  )
}
