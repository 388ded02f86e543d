/** The studio's window. */
import { BrowserWindow } from 'electron'
import { STUDIO_ORIGIN, windowPreferences } from './security.ts'

/** Opens the window on the studio's page; it shows itself once it has something to show. */
export function openWindow(preloadFile: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1_440, height: 900, minWidth: 960, minHeight: 640, show: false, backgroundColor: '#141416', title: 'Shotwright',
    webPreferences: { ...windowPreferences(preloadFile) },
  })
  window.once('ready-to-show', () => window.show())
  // A page that crashed is shown again: every acknowledged edit is in the journal.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && reason !== 'killed') window.webContents.reload()
  })
  void window.loadURL(`${STUDIO_ORIGIN}/`)
  return window
}

/** Brings the window forward, as a second start of the app asks for. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}
