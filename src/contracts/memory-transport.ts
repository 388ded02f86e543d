/** Two transports joined in memory; messages are cloned and delivered later, as a real carrier would. */
import type { Transport } from './transport.ts'
import { wireTransport, type WireTransport } from './wire-transport.ts'

/** A joined pair: what one posts the other receives, in order, in a later microtask. */
export function memoryTransportPair(): readonly [Transport, Transport] {
  const left: WireTransport = wireTransport({ post: (message) => deliver(() => right, message), close: () => hangUp(() => right) })
  const right: WireTransport = wireTransport({ post: (message) => deliver(() => left, message), close: () => hangUp(() => left) })
  return [left.transport, right.transport]
}

function deliver(to: () => WireTransport, message: unknown): void {
  const copy: unknown = structuredClone(message)
  queueMicrotask(() => to().receive(copy))
}

function hangUp(other: () => WireTransport): void {
  queueMicrotask(() => other().closed('The other side closed the connection.'))
}
