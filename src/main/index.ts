/** Electron's main process: opens the studio, serves the page and joins the two. No policy of its own. */
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, protocol, session } from 'electron'
import { StudioError } from '#core/errors.ts'
import { systemClock } from '#services/clock.ts'
import { lineLog } from '#services/log.ts'
import { openStudio, type Studio } from '#services/studio.ts'
import { guardContents, guardSession } from './guards.ts'
import { ipcTransport } from './ipc-transport.ts'
import { installMenu } from './menu.ts'
import { MEDIA_BASE_URL, STUDIO_SCHEME } from './security.ts'
import { systemDialogs } from './system-dialogs.ts'
import { studioProtocol } from './studio-protocol.ts'
import { utilityProcessHost } from './utility-process-host.ts'
import { focusWindow, openWindow } from './window.ts'

/** out/main: the bundles of the engine, the page and the preload lie beside it. */
const BUNDLE = import.meta.dirname

app.enableSandbox()
protocol.registerSchemesAsPrivileged([{ scheme: STUDIO_SCHEME, privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true, codeCache: true } }])
app.on('web-contents-created', (_event, contents) => guardContents(contents))
if (app.requestSingleInstanceLock()) void app.whenReady().then(start)
else app.quit()

function start(): void {
  const studio = openOrExplain()
  if (!studio) return
  guardSession(session.defaultSession)
  protocol.handle(STUDIO_SCHEME, studioProtocol({ rendererFolder: join(BUNDLE, '..', 'renderer'), resolveMedia: (path) => studio.resolveMedia(path) }))
  installMenu(process.platform)
  openStudioWindow(studio)
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window) focusWindow(window)
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openStudioWindow(studio)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  quitAfter(() => studio.dispose())
}

function openStudioWindow(studio: Studio): void {
  const window = openWindow(join(BUNDLE, '..', 'preload', 'index.cjs'))
  studio.serve(ipcTransport(ipcMain, window.webContents), { host: 'electron', dialogs: systemDialogs(window), mediaBaseUrl: MEDIA_BASE_URL })
}

/** A studio that cannot open says why and ends the app; nothing of the person's is touched. */
function openOrExplain(): Studio | null {
  const dataFolder = app.getPath('userData')
  const resources = app.isPackaged ? process.resourcesPath : app.getAppPath()
  try {
    return openStudio({
      dataFolder,
      packFolders: [join(resources, 'models', 'packs'), join(dataFolder, 'packs')],
      resourcesFolder: join(resources, 'resources'),
      engineHost: utilityProcessHost(join(BUNDLE, 'engine.js'), { SHOTWRIGHT_ENGINE_CACHE: join(dataFolder, 'cache') }),
      clock: systemClock(), log: fileLog(join(dataFolder, 'logs')), version: app.getVersion(),
    })
  } catch (error) {
    const told = error instanceof StudioError ? `${error.message}\n\n${error.remedy}` : String(error)
    dialog.showErrorBox('Shotwright could not open', told)
    app.exit(1)
    return null
  }
}

function fileLog(folder: string) {
  mkdirSync(folder, { recursive: true })
  return lineLog((line) => appendFileSync(join(folder, 'studio.log'), `${line}\n`))
}

/** Quitting waits for the studio to save and to end its engines. */
function quitAfter(finish: () => Promise<void>): void {
  let isFinished = false
  app.on('before-quit', (event) => {
    if (isFinished) return
    event.preventDefault()
    void finish().finally(() => {
      isFinished = true
      app.quit()
    })
  })
}
