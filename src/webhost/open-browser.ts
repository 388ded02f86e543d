/** Opens an address in the person's browser where the system has a way to; says whether it could be tried. */
import { spawn } from 'node:child_process'

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = Object.freeze({
  linux: ['xdg-open'], darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'],
})

export function openBrowser(url: string): Promise<boolean> {
  const opener = OPENERS[process.platform]
  // A Linux machine without a display has no browser to open.
  if (!opener || (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])) return Promise.resolve(false)
  return new Promise((resolve) => {
    const [command, ...args] = opener
    const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
