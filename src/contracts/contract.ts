/** What a contract is: a table of methods with input and output schemas, and a table of events; both sides parse. */
import type { z } from 'zod'
import type { Unsubscribe } from './transport.ts'

export interface MethodRow {
  readonly input: z.ZodType
  readonly output: z.ZodType
}

export interface Contract {
  readonly methods: Readonly<Record<string, MethodRow>>
  readonly events: Readonly<Record<string, z.ZodType>>
}

export interface CallOptions {
  /** Aborting sends a cancel; the call then rejects with CancelledError. */
  readonly signal?: AbortSignal
}

export type MethodName<C extends Contract> = keyof C['methods'] & string
export type EventName<C extends Contract> = keyof C['events'] & string
export type MethodInput<C extends Contract, M extends MethodName<C>> = z.input<C['methods'][M]['input']>
export type MethodOutput<C extends Contract, M extends MethodName<C>> = z.output<C['methods'][M]['output']>
export type EventPayload<C extends Contract, E extends EventName<C>> = z.output<C['events'][E]>

/** The caller's side of a contract. */
export interface ContractClient<C extends Contract> {
  call<M extends MethodName<C>>(method: M, input: MethodInput<C, M>, options?: CallOptions): Promise<MethodOutput<C, M>>
  on<E extends EventName<C>>(event: E, listener: (payload: EventPayload<C, E>) => void): Unsubscribe
  /** Called once when the other side is gone. */
  onClose(listener: (reason: string) => void): Unsubscribe
  dispose(): void
}

export interface HandlerContext<C extends Contract> {
  readonly signal: AbortSignal
  emit<E extends EventName<C>>(event: E, payload: z.input<C['events'][E]>): void
}

/** The callee's side: one handler a method. */
export type ContractHandlers<C extends Contract> = {
  readonly [M in MethodName<C>]: (
    input: z.output<C['methods'][M]['input']>,
    context: HandlerContext<C>,
  ) => Promise<z.input<C['methods'][M]['output']>> | z.input<C['methods'][M]['output']>
}
