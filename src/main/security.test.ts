import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy, externalUrl, isPermissionGranted, isStudioUrl, isTrustedSender, windowPreferences } from './security.ts'

const LOOKALIKES = [
  'shotwright://studio.evil/index.html', 'shotwright://studio@evil/', 'shotwright://user:pw@studio/', 'https://studio/', 'file:///etc/passwd',
  'javascript:alert(1)', 'data:text/html,<b>', 'shotwrights://studio/', '', 'about:blank', '//studio/', 'shotwright:studio',
]

describe('the shell’s security policy', () => {
  it('lets windows load the studio’s own pages and nothing that looks like them', () => {
    expect(isStudioUrl('shotwright://studio/index.html?x=1#y')).toBe(true)
    expect(LOOKALIKES.filter(isStudioUrl)).toEqual([])
  })

  it('listens to the top frame of a studio page only', () => {
    const page = { url: 'shotwright://studio/index.html', parent: null }
    expect(isTrustedSender(page)).toBe(true)
    expect(isTrustedSender(null)).toBe(false)
    expect(isTrustedSender({ ...page, parent: page })).toBe(false)
    expect(LOOKALIKES.some((url) => isTrustedSender({ url, parent: null }))).toBe(false)
  })

  it('isolates and sandboxes the window and loosens nothing', () => {
    expect(windowPreferences('/preload.cjs')).toEqual({
      preload: '/preload.cjs', sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false, webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false,
      webviewTag: false, navigateOnDragDrop: false, spellcheck: true,
    })
  })

  it('allows no script but its own, and nothing by default', () => {
    const policy = Object.fromEntries(contentSecurityPolicy().split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]))
    expect(policy).toMatchObject({ 'default-src': "'none'", 'script-src': "'self'", 'object-src': "'none'", 'base-uri': "'none'", 'frame-ancestors': "'none'" })
    expect(contentSecurityPolicy()).not.toMatch(/unsafe-eval|http:|\*/)
  })

  it('refuses every permission but full screen and clipboard writing, and both to strangers', () => {
    const asked = ['media', 'geolocation', 'notifications', 'midi', 'openExternal', 'fullscreen', 'clipboard-sanitized-write', 'usb', 'hid', 'serial']
    expect(asked.filter((permission) => isPermissionGranted(permission, 'shotwright://studio/'))).toEqual(['fullscreen', 'clipboard-sanitized-write'])
    expect(isPermissionGranted('fullscreen', 'https://evil.example/')).toBe(false)
  })

  it('opens only https links of known hosts outside', () => {
    expect(externalUrl('https://huggingface.co/Wan-AI')).toBe('https://huggingface.co/Wan-AI')
    const refused = ['http://github.com/', 'https://github.com.evil.example/', 'file:///etc/passwd', 'smb://x/y', 'ms-settings:', '\\\\host\\share', 'https://git hub.com/', 'https://github.com\\@evil.example', 'https://a@github.com/', 'https://github.com:8443/', 'x']
    expect(refused.map(externalUrl)).toEqual(refused.map(() => null))
  })
})
