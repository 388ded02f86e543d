/** A transport over Node's process messages: the same for a forked child and for the child's own `process`. */
import type { Transport } from '#contracts/transport.ts'
import { wireTransport } from '#contracts/wire-transport.ts'

/** What `ChildProcess` and `process` have in common when there is a message channel between them. */
export interface MessagingProcess {
  readonly connected?: boolean
  send?(message: unknown, callback?: (error: Error | null) => void): boolean
  disconnect?(): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

/** Makes a transport of a process's message channel; it closes when the channel does. */
export function processTransport(process: MessagingProcess): Transport {
  const wire = wireTransport({
    post: (message) => {
      if (process.connected) process.send?.(message, noteFailure)
    },
    close: () => {
      if (process.connected) process.disconnect?.()
    },
  })
  function noteFailure(error: Error | null): void {
    if (error) wire.closed(`The process can no longer be reached (${error.message}).`)
  }
  process.on('message', (message) => wire.receive(message))
  process.on('disconnect', () => wire.closed('The process ended.'))
  return wire.transport
}
