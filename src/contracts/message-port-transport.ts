/** A transport over a message port: the DOM's and Node's MessagePort, Electron's MessagePortMain and a utility process's parentPort. */
import type { Transport } from './transport.ts'
import { wireTransport } from './wire-transport.ts'

/** Ports that emit: Electron's MessagePortMain and parentPort, a UtilityProcess seen from its parent. */
export interface EmittingPort {
  postMessage(message: unknown): void
  on(event: string, listener: (value: unknown) => void): unknown
  start?(): void
  close?(): void
}

/** Ports that dispatch DOM events. */
export interface EventTargetPort {
  postMessage(message: unknown): void
  addEventListener(event: string, listener: (event: unknown) => void): void
  start?(): void
  close?(): void
}

export interface MessagePortOptions {
  /**
   * `event` where listeners get `{data}` (MessagePortMain, parentPort, DOM ports);
   * `value` where they get the message itself (a UtilityProcess, Node's worker ports).
   */
  readonly delivers?: 'event' | 'value'
  /** Names of the events that mean that the other side is gone. */
  readonly closeEvents?: readonly string[]
  /** What `close` does where the port itself has none: a UtilityProcess is killed. */
  readonly close?: () => void
}

/** Makes a transport of a port; the port is started, so that messages flow once somebody listens. */
export function messagePortTransport(port: EmittingPort | EventTargetPort, options: MessagePortOptions = {}): Transport {
  const { delivers = 'event', closeEvents = ['close', 'exit'] } = options
  const wire = wireTransport({
    post: (message) => port.postMessage(message),
    close: () => (options.close ? options.close() : port.close?.()),
  })
  listen(port, 'message', (value: unknown) => wire.receive(delivers === 'event' ? (value as { readonly data: unknown }).data : value))
  for (const event of closeEvents) listen(port, event, () => wire.closed('The other side is gone.'))
  port.start?.()
  return wire.transport
}

function listen(port: EmittingPort | EventTargetPort, event: string, listener: (value: unknown) => void): void {
  if ('addEventListener' in port) port.addEventListener(event, listener)
  else port.on(event, listener)
}
