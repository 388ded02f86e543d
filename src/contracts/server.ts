/** Answers a contract's calls on one transport: parses inputs, runs handlers, parses outputs, carries cancellation and events. */
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Contract, ContractHandlers, EventName, HandlerContext } from './contract.ts'
import { parseValue, readEnvelope, readId } from './parse-wire.ts'
import type { Transport, WireMessage } from './transport.ts'
import { toWireError } from './wire-error.ts'
import type { z } from 'zod'

export interface ContractServer<C extends Contract> {
  /** Sends an event to this transport's client. An event that breaks its schema is reported, not sent. */
  emit<E extends EventName<C>>(event: E, payload: z.input<C['events'][E]>): void
  /** Aborts the running handlers and closes the transport. */
  dispose(): void
}

export interface ServerOptions {
  /** Told of what cannot be told to the caller: stacks of unexpected errors, outputs that break the contract. */
  readonly onProblem?: (problem: { readonly where: string; readonly error: unknown }) => void
  /** Calls that one client may have running at once. */
  readonly maxRunningCalls?: number
}

type AnyHandler = (input: unknown, context: HandlerContext<Contract>) => unknown

/** Serves a contract until the transport closes or the server is disposed. */
export function createServer<C extends Contract>(
  contract: C,
  handlers: ContractHandlers<C>,
  transport: Transport,
  options: ServerOptions = {},
): ContractServer<C> {
  const { onProblem = () => {}, maxRunningCalls = 1_000 } = options
  const running = new Map<number, AbortController>()

  function emit(event: string, payload: unknown): void {
    try {
      const schema = Object.hasOwn(contract.events, event) ? contract.events[event] : undefined
      if (!schema) throw new Error(`The contract has no event "${event}".`)
      transport.post({ kind: 'event', name: event, payload: parseValue(schema, payload, `event ${event}`) })
    } catch (error) {
      onProblem({ where: `event ${event}`, error })
    }
  }

  async function answer(id: number, method: string, input: unknown): Promise<void> {
    if (running.has(id)) return
    const controller = new AbortController()
    const isKnown = Object.hasOwn(contract.methods, method)
    try {
      if (running.size >= maxRunningCalls) throw tooManyCalls(maxRunningCalls)
      if (!isKnown) throw unknownMethod(method)
      running.set(id, controller)
      const output = await run(method, input, controller.signal)
      send(id, method, { kind: 'result', id, output })
    } catch (error) {
      const wasCancelled = controller.signal.aborted || error instanceof CancelledError
      if (!(error instanceof StudioError) && !wasCancelled) onProblem({ where: method, error })
      send(id, method, wasCancelled ? { kind: 'cancelled', id } : { kind: 'error', id, error: toWireError(error) })
    } finally {
      if (running.get(id) === controller) running.delete(id)
    }
  }

  async function run(method: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    const row = contract.methods[method]
    const handler = (handlers as Readonly<Record<string, AnyHandler>>)[method]
    if (!row || !handler) throw unknownMethod(method)
    const parsed = parseValue(row.input, input, `input of ${method}`)
    const output = await handler(parsed, { signal, emit: emit as HandlerContext<Contract>['emit'] })
    try {
      return parseValue(row.output, output, `output of ${method}`)
    } catch (error) {
      onProblem({ where: `output of ${method}`, error })
      throw error
    }
  }

  /** A value that the carrier cannot carry (cyclic, a function) is answered with an error, never with silence. */
  function send(id: number, method: string, message: WireMessage): void {
    try {
      transport.post(message)
    } catch (error) {
      onProblem({ where: `answer of ${method}`, error })
      transport.post({ kind: 'error', id, error: toWireError(error) })
    }
  }

  function receive(message: unknown): void {
    const envelope = readEnvelope(message)
    const id = envelope && readId(envelope)
    if (!envelope || id === null) return
    if (envelope['kind'] === 'cancel') running.get(id)?.abort()
    if (envelope['kind'] !== 'call') return
    const method = envelope['method']
    void answer(id, typeof method === 'string' ? method : '', envelope['input'])
  }

  function abortAll(): void {
    for (const controller of running.values()) controller.abort()
  }

  const stopListening = transport.onMessage(receive)
  transport.onClose(() => {
    stopListening()
    abortAll()
  })
  return {
    emit: emit as ContractServer<C>['emit'],
    dispose: () => {
      stopListening()
      abortAll()
      transport.close()
    },
  }
}

function unknownMethod(method: string): StudioError {
  return new StudioError({
    code: 'METHOD_UNKNOWN',
    message: `There is no method "${method.slice(0, 100)}".`,
    remedy: 'Restart the studio so that both sides are of the same version.',
  })
}

function tooManyCalls(limit: number): StudioError {
  return new StudioError({
    code: 'NOT_READY',
    message: `More than ${limit} calls are running at once.`,
    remedy: 'Wait for the running calls to finish, then try again.',
  })
}
