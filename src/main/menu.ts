/** The application menu: the platform's own roles; the studio's commands live in the page, where every host has them. */
import { Menu, type MenuItemConstructorOptions } from 'electron'

export function installMenu(platform: NodeJS.Platform): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(platform)))
}

/** Undo and redo are the page's (they act on the project), so the edit menu carries text roles only. */
export function menuTemplate(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const edit: MenuItemConstructorOptions = { label: 'Edit', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] }
  const view: MenuItemConstructorOptions = { label: 'View', submenu: [{ role: 'togglefullscreen' }, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'toggleDevTools' }] }
  const window: MenuItemConstructorOptions = { role: 'windowMenu' }
  return platform === 'darwin' ? [{ role: 'appMenu' }, edit, view, window] : [{ label: 'File', submenu: [{ role: 'quit' }] }, edit, view, window]
}
