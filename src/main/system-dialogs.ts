/** The system's dialogs and file manager, for one window. */
import { join } from 'node:path'
import { app, dialog, shell, type BrowserWindow } from 'electron'
import type { HostDialogs } from '#services/studio.ts'

export function systemDialogs(window: BrowserWindow): HostDialogs {
  return {
    async pickSaveFile(suggestedName) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: join(app.getPath('videos'), suggestedName), filters: [{ name: 'MP4 video', extensions: ['mp4'] }],
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      })
      return canceled || filePath === '' ? null : filePath
    },
    async pickFolder() {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] })
      return canceled ? null : (filePaths[0] ?? null)
    },
    showInFolder: (file) => shell.showItemInFolder(file),
  }
}
