/** The common half of every transport: listeners, buffering before the first listener, and a close that happens once. */
import type { Transport, Unsubscribe, WireMessage } from './transport.ts'

export interface Wire {
  /** Hands a message to the carrier; may throw where the message cannot be carried. */
  post(message: WireMessage): void
  close(): void
}

export interface WireTransport {
  readonly transport: Transport
  /** The carrier calls this for each message that arrives. */
  receive(message: unknown): void
  /** The carrier calls this when it is gone; later calls do nothing. */
  closed(reason: string): void
}

/** Messages that arrive before anybody listens are kept, up to this many. */
const BUFFER_LIMIT = 10_000

/** Makes a transport over a carrier. Closing this side tells this side's listeners too. */
export function wireTransport(wire: Wire): WireTransport {
  const messageListeners = new Set<(message: unknown) => void>()
  const closeListeners = new Set<(reason: string) => void>()
  let early: unknown[] = []
  let closeReason: string | null = null

  function closed(reason: string): void {
    if (closeReason !== null) return
    closeReason = reason
    early = []
    const listeners = [...closeListeners]
    closeListeners.clear()
    messageListeners.clear()
    for (const listener of listeners) listener(reason)
  }

  function receive(message: unknown): void {
    if (closeReason !== null) return
    if (messageListeners.size === 0) {
      if (early.length < BUFFER_LIMIT) early.push(message)
      return
    }
    for (const listener of [...messageListeners]) listener(message)
  }

  function onMessage(listener: (message: unknown) => void): Unsubscribe {
    if (closeReason === null) messageListeners.add(listener)
    const waiting = early
    early = []
    for (const message of waiting) listener(message)
    return () => messageListeners.delete(listener)
  }

  function onClose(listener: (reason: string) => void): Unsubscribe {
    if (closeReason !== null) {
      listener(closeReason)
      return () => {}
    }
    closeListeners.add(listener)
    return () => closeListeners.delete(listener)
  }

  const transport: Transport = {
    post: (message) => {
      if (closeReason === null) wire.post(message)
    },
    onMessage,
    onClose,
    close: () => {
      if (closeReason !== null) return
      wire.close()
      closed('Closed on this side.')
    },
  }
  return { transport, receive, closed }
}
