/** A transport over a WebSocket, the browser's or the `ws` package's: one JSON text a message. */
import type { Transport } from './transport.ts'
import { wireTransport } from './wire-transport.ts'

/** The part of the WebSocket interface that browsers and `ws` share. */
export interface WebSocketLike {
  readonly readyState: number
  send(text: string): void
  close(): void
  addEventListener(event: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

const CONNECTING = 0
const OPEN = 1

/** Makes a transport of a socket; messages posted while it still connects are sent when it opens. */
export function webSocketTransport(socket: WebSocketLike): Transport {
  let waiting: string[] = []
  const wire = wireTransport({
    post: (message) => {
      const text = JSON.stringify(message)
      if (socket.readyState === CONNECTING) waiting.push(text)
      else if (socket.readyState === OPEN) socket.send(text)
    },
    close: () => socket.close(),
  })
  socket.addEventListener('open', () => {
    for (const text of waiting) socket.send(text)
    waiting = []
  })
  socket.addEventListener('message', (event) => {
    const message = parseJson(event.data)
    if (message !== undefined) wire.receive(message)
  })
  socket.addEventListener('close', () => wire.closed('The connection to the studio ended.'))
  socket.addEventListener('error', () => wire.closed('The connection to the studio failed.'))
  return wire.transport
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return undefined
  try {
    return JSON.parse(data)
  } catch {
    // Not a message of ours: nothing can be answered, since no id can be read.
    return undefined
  }
}
