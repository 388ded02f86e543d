/** The line to the studio: one client at a time, opened again by itself after a loss, with listeners that survive it. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { createClient } from '#contracts/client.ts'
import type { ContractClient, EventName, EventPayload, MethodInput, MethodName, MethodOutput } from '#contracts/contract.ts'
import { STUDIO_CONTRACT, type StudioContract } from '#contracts/studio-api.ts'
import type { Transport, Unsubscribe } from '#contracts/transport.ts'
import { StudioError } from '#core/errors.ts'

export type AppInfo = MethodOutput<StudioContract, 'app.info'>

export interface ConnectionState {
  readonly status: 'connecting' | 'ready' | 'lost'
  readonly info: AppInfo | null
  /** Attempts since the line was lost. */
  readonly attempts: number
}

const RETRY_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000] as const

/** The one call that every store makes; kept narrow so that tests can stand in for it. */
export interface StudioCaller {
  call<M extends MethodName<StudioContract>>(method: M, input: MethodInput<StudioContract, M>): Promise<MethodOutput<StudioContract, M>>
  on<E extends EventName<StudioContract>>(event: E, listener: (payload: EventPayload<StudioContract, E>) => void): Unsubscribe
  /** Resolves as soon as the line is up. */
  whenReady(): Promise<void>
  /** Told each time the line comes up, the first included. */
  onReady(listener: () => void): Unsubscribe
}

export class StudioLink implements StudioCaller {
  readonly state: StoreApi<ConnectionState> = createStore<ConnectionState>(() => ({ status: 'connecting', info: null, attempts: 0 }))
  readonly #openTransport: () => Transport
  readonly #listeners = new Map<EventName<StudioContract>, Set<(payload: never) => void>>()
  readonly #readyListeners = new Set<() => void>()
  #client: ContractClient<StudioContract> | null = null
  #retry: ReturnType<typeof setTimeout> | null = null
  #isDisposed = false

  constructor(openTransport: () => Transport) {
    this.#openTransport = openTransport
  }

  /** Opens the line; failures lead to further attempts, never to an exception. */
  start(): void {
    if (this.#isDisposed) return
    let client: ContractClient<StudioContract>
    try {
      client = createClient(STUDIO_CONTRACT, this.#openTransport())
    } catch {
      // A socket that cannot even be made is the same to a person as one that fails: try again.
      this.#lost()
      return
    }
    this.#client = client
    for (const name of this.#listeners.keys()) this.#subscribe(client, name)
    client.onClose(() => {
      if (this.#client === client) this.#lost()
    })
    client.call('app.info', {}).then(
      (info) => this.#ready(client, info),
      () => client.dispose(),
    )
  }

  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void {
    if (this.#retry === null) return
    clearTimeout(this.#retry)
    this.#retry = null
    this.start()
  }

  async call<M extends MethodName<StudioContract>>(method: M, input: MethodInput<StudioContract, M>): Promise<MethodOutput<StudioContract, M>> {
    if (!this.#client || this.state.getState().status !== 'ready') throw notConnected(method)
    return await this.#client.call(method, input)
  }

  on<E extends EventName<StudioContract>>(event: E, listener: (payload: EventPayload<StudioContract, E>) => void): Unsubscribe {
    const own = this.#listeners.get(event)
    if (own) own.add(listener as (payload: never) => void)
    else {
      this.#listeners.set(event, new Set([listener as (payload: never) => void]))
      if (this.#client) this.#subscribe(this.#client, event)
    }
    return () => this.#listeners.get(event)?.delete(listener as (payload: never) => void)
  }

  onReady(listener: () => void): Unsubscribe {
    this.#readyListeners.add(listener)
    return () => this.#readyListeners.delete(listener)
  }

  async whenReady(): Promise<void> {
    if (this.state.getState().status === 'ready') return
    await new Promise<void>((resolve) => {
      const stop = this.state.subscribe((state) => {
        if (state.status !== 'ready') return
        stop()
        resolve()
      })
    })
  }

  dispose(): void {
    this.#isDisposed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#client?.dispose()
    this.#client = null
  }

  #ready(client: ContractClient<StudioContract>, info: AppInfo): void {
    if (this.#client !== client) return
    this.state.setState({ status: 'ready', info, attempts: 0 })
    for (const listener of [...this.#readyListeners]) listener()
  }

  #lost(): void {
    this.#client = null
    if (this.#isDisposed) return
    const { attempts } = this.state.getState()
    this.state.setState({ status: 'lost', attempts: attempts + 1 })
    const delay = RETRY_DELAYS_MS[Math.min(attempts, RETRY_DELAYS_MS.length - 1)] ?? 4_000
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.start()
    }, delay)
  }

  #subscribe(client: ContractClient<StudioContract>, name: EventName<StudioContract>): void {
    client.on(name, (payload) => {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) (listener as (payload: unknown) => void)(payload)
    })
  }
}

function notConnected(method: string): StudioError {
  return new StudioError({
    code: 'DISCONNECTED',
    message: `The studio cannot be reached, so "${method}" was not asked.`,
    remedy: 'Wait for the connection to come back; edits made meanwhile are kept and sent then.',
  })
}
