/** Finds out which execution providers work here, each in an engine process of its own: a driver that crashes takes that one down. */
import { createClient } from '#contracts/client.ts'
import { ENGINE_CONTRACT, type ProviderReport } from '#contracts/engine-api.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Clock } from '../clock.ts'
import type { EngineHost, EngineProcess } from './engine-host.ts'
import type { EngineSupervisor } from './engine-supervisor.ts'
import { explainRefusal } from '#core/devices/explain-refusal.ts'

export interface ProbeReport {
  readonly providers: readonly ProviderReport[]
  readonly onnxruntime: string
}

export interface ProviderProbeInit {
  readonly host: EngineHost
  /** Answers which providers are worth trying; loads no driver for that. */
  readonly engine: Pick<EngineSupervisor, 'ask'>
  readonly clock: Clock
  readonly timeoutMs?: number
}

/** Starting a process and loading a driver for the first time takes seconds; a driver that hangs takes for ever. */
const TIMEOUT_MS = 30_000
const OUTPUT_LIMIT = 20_000

type Outcome = { readonly kind: 'works' } | { readonly kind: 'refused' | 'crashed' | 'silent'; readonly said: string }

export class ProviderProbe {
  readonly #init: ProviderProbeInit
  readonly #reports = new Map<string, Promise<ProviderReport>>()
  readonly #processes = new Set<EngineProcess>()
  /** Fires when the studio closes: a driver that hangs must not keep it open. */
  readonly #closing = new AbortController()

  constructor(init: ProviderProbeInit) {
    this.#init = init
  }

  /**
   * Every provider of this platform, one after the other: two that fight for a device would both look broken.
   * `isFresh` asks the drivers again: one may have been installed since.
   */
  async examine(isFresh = false): Promise<ProbeReport> {
    if (isFresh) this.#reports.clear()
    const { providers, onnxruntime } = await this.#init.engine.ask('provider.list', {})
    const reports: ProviderReport[] = []
    for (const provider of providers) reports.push(await this.#report(provider))
    return { providers: reports, onnxruntime }
  }

  /**
   * The first asked provider that works, and never one that was not asked for. The CPU is part of the runtime and needs
   * no probe. Throws PROVIDER_UNAVAILABLE, with the reason for each refusal, where none works, and CancelledError.
   */
  async choose(asked: readonly string[], signal?: AbortSignal): Promise<string> {
    const reasons: string[] = []
    for (const provider of asked) {
      if (provider === 'cpu') return provider
      const report = await unlessAborted(this.#report(provider), signal)
      if (report.available) return provider
      reasons.push(`${provider}: ${report.reason}`)
    }
    throw new StudioError({
      code: 'PROVIDER_UNAVAILABLE',
      message: `None of the asked providers works here. ${reasons.join(' ')}`,
      remedy: 'Add cpu to the providers in the settings, or follow the advice that the doctor gives for the one you want.',
    })
  }

  /** Ends the probes that are under way. */
  dispose(): void {
    this.#closing.abort()
    for (const process of this.#processes) process.kill()
  }

  /** Probed once while the studio is open, unless somebody asks for a fresh look. */
  #report(provider: string): Promise<ProviderReport> {
    const known = this.#reports.get(provider)
    if (known) return known
    const report = this.#probe(provider)
    this.#reports.set(provider, report)
    // A process that could not be started says nothing about the driver: the next question tries anew.
    report.catch(() => this.#reports.delete(provider))
    return report
  }

  async #probe(provider: string): Promise<ProviderReport> {
    const startedAt = this.#init.clock.monotonicMs()
    const outcome = await this.#tryInOwnProcess(provider)
    const probeMs = this.#init.clock.monotonicMs() - startedAt
    if (outcome.kind === 'works') return { provider, available: true, reason: null, remedy: null, probeMs }
    return { provider, available: false, ...refusalOf(provider, outcome), probeMs }
  }

  async #tryInOwnProcess(provider: string): Promise<Outcome> {
    const { host, clock, timeoutMs = TIMEOUT_MS } = this.#init
    if (this.#closing.signal.aborted) throw new CancelledError()
    let printed = ''
    const process = host.start({ role: 'probe', onOutput: (text) => { if (printed.length < OUTPUT_LIMIT) printed += text } })
    this.#processes.add(process)
    const client = createClient(ENGINE_CONTRACT, process.transport)
    let cancelTimer = (): void => undefined
    try {
      return await unlessAborted(Promise.race<Outcome>([
        client.call('provider.try', { provider }).then(
          ({ works, said }) => (works ? { kind: 'works' } : { kind: 'refused', said: `${said}\n${printed}` }),
          () => ({ kind: 'crashed', said: printed }),
        ),
        new Promise((resolve) => {
          const timer = clock.after(timeoutMs, () => resolve({ kind: 'silent', said: `${timeoutMs / 1000} seconds` }))
          cancelTimer = () => timer.cancel()
        }),
      ]), this.#closing.signal)
    } finally {
      cancelTimer()
      this.#processes.delete(process)
      process.kill()
      client.dispose()
    }
  }
}

/** The promise, or CancelledError as soon as the signal fires; what it waited for goes on. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new CancelledError())
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function refusalOf(provider: string, outcome: Exclude<Outcome, { kind: 'works' }>): { readonly reason: string; readonly remedy: string | null } {
  switch (outcome.kind) {
    case 'refused': return explainRefusal(provider, outcome.said)
    case 'crashed': return { reason: `The driver of ${provider} crashed when it was tried.`, remedy: 'Update the driver of the device, or use the CPU.' }
    case 'silent': return { reason: `${provider} gave no answer within ${outcome.said}.`, remedy: 'Restart the computer and update the driver of the device, or use the CPU.' }
  }
}
