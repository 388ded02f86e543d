/** The caller's side of a contract on one transport: parses inputs, outputs and events; a lost transport rejects what is pending. */
import { CancelledError, StudioError } from '#core/errors.ts'
import type { CallOptions, Contract, ContractClient } from './contract.ts'
import { parseValue, readEnvelope, readId } from './parse-wire.ts'
import type { Transport, Unsubscribe, WireMessage } from './transport.ts'
import { fromWireError } from './wire-error.ts'

interface PendingCall {
  readonly method: string
  resolve(output: unknown): void
  reject(error: unknown): void
}

const FIRST_ID_LIMIT = 2 ** 48

export interface ClientOptions {
  /** Told of events that break their schema and of listeners that throw. */
  readonly onProblem?: (problem: { readonly where: string; readonly error: unknown }) => void
}

/**
 * Calls a contract over a transport.
 *
 * Aborting a call sends a cancel and then waits for the other side's word: CancelledError where it stopped,
 * the output where the work was already done. So nobody starts anew while the old work still runs.
 */
export function createClient<C extends Contract>(contract: C, transport: Transport, options: ClientOptions = {}): ContractClient<C> {
  const { onProblem = () => {} } = options
  const pending = new Map<number, PendingCall>()
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  // A page that was reloaded has the same pipe as before: answers to its earlier calls must not be taken for its new ones.
  let lastId = Math.floor(Math.random() * FIRST_ID_LIMIT)
  let closeReason: string | null = null

  async function call(method: string, input: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    const row = Object.hasOwn(contract.methods, method) ? contract.methods[method] : undefined
    if (!row) throw new StudioError({ code: 'METHOD_UNKNOWN', message: `There is no method "${method}".`, remedy: 'Update the studio.' })
    const parsed = parseValue(row.input, input, `input of ${method}`)
    if (signal?.aborted) throw new CancelledError()
    if (closeReason !== null) throw disconnected(method, closeReason)
    const id = ++lastId
    function cancel(): void {
      transport.post({ kind: 'cancel', id })
    }
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const output = await new Promise<unknown>((resolve, reject) => {
        pending.set(id, { method, resolve, reject })
        postCall({ kind: 'call', id, method, input: parsed })
      })
      return parseValue(row.output, output, `output of ${method}`)
    } finally {
      pending.delete(id)
      signal?.removeEventListener('abort', cancel)
    }
  }

  function postCall(message: WireMessage & { readonly kind: 'call' }): void {
    try {
      transport.post(message)
    } catch (cause) {
      throw new StudioError({
        code: 'CONTRACT_VIOLATED',
        message: `The input of ${message.method} cannot be sent to another process.`,
        remedy: 'Send plain data: no functions, no values that refer to themselves.',
        cause,
      })
    }
  }

  function receive(message: unknown): void {
    const envelope = readEnvelope(message)
    if (!envelope) return
    if (envelope['kind'] === 'event') return receiveEvent(envelope)
    const id = readId(envelope)
    const waiting = id === null ? undefined : pending.get(id)
    if (!waiting) return
    if (envelope['kind'] === 'result') waiting.resolve(envelope['output'])
    else if (envelope['kind'] === 'cancelled') waiting.reject(new CancelledError())
    else if (envelope['kind'] === 'error') waiting.reject(fromWireError(envelope['error']))
  }

  function receiveEvent(envelope: Readonly<Record<string, unknown>>): void {
    const name = envelope['name']
    if (typeof name !== 'string' || !Object.hasOwn(contract.events, name)) return
    const own = listeners.get(name)
    const schema = contract.events[name]
    if (!own || own.size === 0 || !schema) return
    try {
      const payload = parseValue(schema, envelope['payload'], `event ${name}`)
      for (const listener of [...own]) notify(name, listener, payload)
    } catch (error) {
      onProblem({ where: `event ${name}`, error })
    }
  }

  /** A listener that throws must not keep the event from the others. */
  function notify(name: string, listener: (payload: unknown) => void, payload: unknown): void {
    try {
      listener(payload)
    } catch (error) {
      onProblem({ where: `listener of ${name}`, error })
    }
  }

  function on(event: string, listener: (payload: never) => void): Unsubscribe {
    const own = listeners.get(event) ?? new Set()
    listeners.set(event, own)
    own.add(listener as (payload: unknown) => void)
    return () => own.delete(listener as (payload: unknown) => void)
  }

  function rejectAll(reason: string): void {
    closeReason ??= reason
    const calls = [...pending.values()]
    pending.clear()
    for (const waiting of calls) waiting.reject(disconnected(waiting.method, reason))
  }

  const stopListening = transport.onMessage(receive)
  transport.onClose(rejectAll)
  return {
    call: call as ContractClient<C>['call'],
    on: on as ContractClient<C>['on'],
    onClose: (listener) => transport.onClose(listener),
    dispose: () => {
      stopListening()
      listeners.clear()
      transport.close()
      rejectAll('Closed on this side.')
    },
  }
}

function disconnected(method: string, reason: string): StudioError {
  return new StudioError({
    code: 'DISCONNECTED',
    message: `The connection was lost before "${method}" was answered. ${reason}`,
    remedy: 'Reload the window or restart the studio; edits that were confirmed are kept.',
  })
}
