/** Every security decision of the Electron shell, as plain functions that tests can read without Electron. */

/** The page and its media share one origin, so that no canvas is tainted and no CORS rule is needed. */
export const STUDIO_SCHEME = 'shotwright'
export const STUDIO_ORIGIN = `${STUDIO_SCHEME}://studio`
export const MEDIA_BASE_URL = `${STUDIO_ORIGIN}/media/`
/** The one IPC channel there is. */
export const STUDIO_CHANNEL = 'shotwright:studio'

/** Hosts that "open in browser" links may lead to. */
const EXTERNAL_HOSTS = Object.freeze(['github.com', 'huggingface.co', 'www.apache.org', 'ffmpeg.org', 'onnxruntime.ai'])

export interface StudioWindowPreferences {
  readonly preload: string
  readonly sandbox: true
  readonly contextIsolation: true
  readonly nodeIntegration: false
  readonly nodeIntegrationInWorker: false
  readonly nodeIntegrationInSubFrames: false
  readonly webSecurity: true
  readonly allowRunningInsecureContent: false
  readonly experimentalFeatures: false
  readonly webviewTag: false
  readonly navigateOnDragDrop: false
  readonly spellcheck: boolean
}

/** Preferences of the studio's window: sandboxed, isolated, nothing loosened. */
export function windowPreferences(preloadFile: string): StudioWindowPreferences {
  return {
    preload: preloadFile, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false, webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false,
    webviewTag: false, navigateOnDragDrop: false, spellcheck: true,
  }
}

/** Content security policy of the page. Style attributes are allowed: layout libraries set sizes by them. */
export function contentSecurityPolicy(): string {
  return [
    "default-src 'none'", "script-src 'self'", "worker-src 'self' blob:", "style-src 'self' 'unsafe-inline'", "font-src 'self'",
    "img-src 'self' blob: data:", "media-src 'self' blob:", "connect-src 'self'", "object-src 'none'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ')
}

/** Whether a window may load a URL: only the studio's own pages. */
export function isStudioUrl(url: string): boolean {
  try {
    const parsed = new URL(url)
    return parsed.protocol === `${STUDIO_SCHEME}:` && parsed.host === 'studio' && parsed.username === '' && parsed.password === ''
  } catch {
    // Not a URL at all: nothing of ours.
    return false
  }
}

/** Whether an IPC message may be listened to: it must come from the top frame of a studio page. */
export function isTrustedSender(frame: { readonly url: string; readonly parent: unknown } | null): boolean {
  return frame !== null && frame.parent === null && isStudioUrl(frame.url)
}

/** The permissions that the page gets; everything else is refused. */
const GRANTED_PERMISSIONS: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write'])

export function isPermissionGranted(permission: string, requestingUrl: string): boolean {
  return GRANTED_PERMISSIONS.has(permission) && isStudioUrl(requestingUrl)
}

/** The URL to hand to the system browser, or null where it must not be opened. */
export function externalUrl(url: string): string | null {
  // Control characters and backslashes are how URL parsers are made to disagree.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f\\]/.test(url)) return null
  try {
    const parsed = new URL(url)
    const isAllowed = parsed.protocol === 'https:' && EXTERNAL_HOSTS.includes(parsed.hostname) && parsed.username === '' && parsed.port === ''
    return isAllowed ? parsed.href : null
  } catch {
    // Not a URL: nothing to open.
    return null
  }
}
