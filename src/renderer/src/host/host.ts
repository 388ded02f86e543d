/** Finds the studio this page belongs to: the Electron preload's bridge if there is one, otherwise the web host that served the page. */
import { webSocketTransport } from '#contracts/web-socket-transport.ts'
import { wireTransport } from '#contracts/wire-transport.ts'
import type { Transport, Unsubscribe, WireMessage } from '#contracts/transport.ts'

/** What the preload script exposes as `window.shotwright`: a transport, and nothing else. */
export interface PreloadBridge {
  post(message: WireMessage): void
  onMessage(listener: (message: unknown) => void): Unsubscribe
  /** Absent under Electron: the main process outlives its windows, so a page never sees its pipe close. */
  onClose?(listener: (reason: string) => void): Unsubscribe
}

/** Opens a new transport to the studio; called again after each loss. */
export type OpenTransport = () => Transport

declare global {
  interface Window {
    readonly shotwright?: PreloadBridge
  }
}

export function findHost(page: Window): OpenTransport {
  const bridge = page.shotwright
  return bridge ? () => bridgeTransport(bridge) : () => webSocketTransport(new WebSocket(rpcUrl(page.location)))
}

/** The web host's socket address; the page's own token proves that this page was opened by the person who started the studio. */
export function rpcUrl(location: Pick<Location, 'href'>): string {
  const page = new URL(location.href)
  const url = new URL('/rpc', page)
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:'
  const token = page.searchParams.get('token')
  if (token) url.searchParams.set('token', token)
  return url.href
}

function bridgeTransport(bridge: PreloadBridge): Transport {
  const wire = wireTransport({ post: (message) => bridge.post(message), close: () => stop.forEach((end) => end()) })
  const stop = [bridge.onMessage((message) => wire.receive(message)), bridge.onClose?.((reason) => wire.closed(reason)) ?? (() => {})]
  return wire.transport
}
