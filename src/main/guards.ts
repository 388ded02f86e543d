/** Holds every web contents to the security policy: navigation, windows, webviews, permissions. */
import { shell, type Session, type WebContents } from 'electron'
import { externalUrl, isPermissionGranted, isStudioUrl } from './security.ts'

/** Refuses to leave the studio's pages; known https links open in the system browser instead. */
export function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-navigate', (event) => keepInside(event, event.url))
  contents.on('will-redirect', (event) => keepInside(event, event.url))
  contents.on('will-frame-navigate', (event) => keepInside(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Answers permission requests from the table of granted ones; everything else is refused. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(isPermissionGranted(permission, contents.getURL())))
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermissionGranted(permission, origin))
}

function keepInside(event: { preventDefault(): void }, url: string): void {
  if (!isStudioUrl(url)) event.preventDefault()
}

function openOutside(url: string): void {
  const allowed = externalUrl(url)
  if (allowed !== null) void shell.openExternal(allowed)
}
