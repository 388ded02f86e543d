/** Keeps one engine process: starts it when it is needed, notices when it hangs or dies, and restarts it within reason. */
import { createClient } from '#contracts/client.ts'
import type { ContractClient, MethodInput, MethodName, MethodOutput } from '#contracts/contract.ts'
import { ENGINE_CONTRACT, type EngineContract, type Progress } from '#contracts/engine-api.ts'
import type { EventPayload } from '#contracts/contract.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { Clock, Timer } from '../clock.ts'
import type { Log } from '../log.ts'
import type { EngineExit, EngineHost, EngineProcess } from './engine-host.ts'

export type EngineState = 'idle' | 'busy' | 'restarting' | 'down'
export type EnginePreview = EventPayload<EngineContract, 'job.preview'>

export interface SupervisorLimits {
  /** A job that shows no progress for so long hangs: the process is killed and the job fails. */
  readonly silenceMs: number
  /** A cancel that is not answered for so long is carried out by killing the process. */
  readonly cancelGraceMs: number
  /** Time between heartbeats while nothing runs, and how long an answer may take. */
  readonly heartbeatMs: number
  readonly heartbeatAnswerMs: number
  /** So many crashes within the window, and the engine stays down until somebody asks for it again. */
  readonly maxCrashes: number
  readonly crashWindowMs: number
}

export const DEFAULT_LIMITS: SupervisorLimits = Object.freeze({
  silenceMs: 15 * 60_000, cancelGraceMs: 15_000, heartbeatMs: 30_000, heartbeatAnswerMs: 20_000, maxCrashes: 3, crashWindowMs: 5 * 60_000,
})

export interface EngineSupervisorInit {
  readonly host: EngineHost
  readonly role: string
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<SupervisorLimits>
  /** What each new process is told before anything is asked of it. */
  readonly configuration?: () => MethodInput<EngineContract, 'engine.configure'>
  readonly onState: (state: EngineState, message: string | null) => void
}

export interface EngineJobOptions {
  readonly jobId: string
  readonly signal: AbortSignal
  /** Whose work it is, for people: "Shot 3". */
  readonly subject: string
  readonly onProgress: (progress: Progress) => void
  readonly onPreview: (preview: EnginePreview) => void
}

const LAST_WORDS = 8_000
/** What V8, the C++ runtime and the system print when a process dies for want of memory. */
const DIED_OF_MEMORY = /out of memory|Allocation failed|bad_alloc|Cannot allocate memory/i

type JobMethod = 'take.generate' | 'sequence.export'

interface Connection {
  readonly process: EngineProcess
  readonly client: ContractClient<EngineContract>
  /** Set by whoever ends the process, so that its exit is told from a crash. */
  endReason: 'stopped' | 'hung' | 'cancelled' | 'recycled' | null
  exit: EngineExit | null
  /** The end of what the process wrote: a dying one often says why. */
  readonly lastWords: { text: string }
}

export class EngineSupervisor {
  readonly #init: EngineSupervisorInit
  readonly #limits: SupervisorLimits
  #connection: Connection | null = null
  #crashTimesMs: number[] = []
  #runningJobs = 0
  #openQuestions = 0
  #isDisposed = false
  #isDown = false
  #heartbeat: Timer | null = null

  constructor(init: EngineSupervisorInit) {
    this.#init = init
    this.#limits = { ...DEFAULT_LIMITS, ...init.limits }
  }

  get isDown(): boolean {
    return this.#isDown
  }

  /** Lets a downed engine be tried again: called when a person asks for work. */
  revive(): void {
    if (!this.#isDown) return
    this.#isDown = false
    this.#crashTimesMs = []
    this.#init.onState('idle', null)
  }

  /** Tells the process, if there is one, what it is to be like from now on. */
  reconfigure(): void {
    const { configuration, log, role } = this.#init
    if (!this.#connection || configuration === undefined) return
    this.#connection.client.call('engine.configure', configuration()).catch((error: unknown) => log.write('warn', 'The engine could not be configured', { role, error }))
  }

  /** A short question (probe, verify, tone bed); no watchdog but the connection's. */
  async ask<M extends MethodName<EngineContract>>(method: M, input: MethodInput<EngineContract, M>, signal?: AbortSignal): Promise<MethodOutput<EngineContract, M>> {
    const connection = this.#connect()
    this.#openQuestions += 1
    try {
      return await connection.client.call(method, input, signal ? { signal } : {})
    } catch (error) {
      throw await this.#explain(error, connection, `The engine's answer to "${method}"`)
    } finally {
      this.#openQuestions -= 1
    }
  }

  /** Runs one job under the watchdog. Throws CancelledError, ENGINE_CRASHED, ENGINE_UNAVAILABLE, or what the engine reports. */
  async run<M extends JobMethod>(method: M, input: MethodInput<EngineContract, M>, options: EngineJobOptions): Promise<MethodOutput<EngineContract, M>> {
    if (options.signal.aborted) throw new CancelledError()
    const connection = this.#connect()
    const watch = this.#watch(connection, options)
    this.#runningJobs += 1
    this.#init.onState('busy', null)
    try {
      return await connection.client.call(method, input, { signal: options.signal })
    } catch (error) {
      const explained = await this.#explain(error, connection, options.subject)
      if (explained instanceof StudioError && explained.code === 'OUT_OF_MEMORY') this.#end(connection, 'recycled')
      throw explained
    } finally {
      watch.stop()
      this.#runningJobs -= 1
      if (!this.#isDown && !this.#isDisposed) this.#init.onState(this.#runningJobs > 0 ? 'busy' : 'idle', null)
    }
  }

  /** Ends the process by its own handle and waits until it is gone. */
  async dispose(): Promise<void> {
    this.#isDisposed = true
    this.#heartbeat?.cancel()
    const connection = this.#connection
    if (!connection) return
    this.#end(connection, 'stopped')
    await connection.process.exited
  }

  #connect(): Connection {
    if (this.#connection) return this.#connection
    if (this.#isDisposed) throw unavailable('The studio is closing.', 'Open the studio again.')
    if (this.#isDown) throw unavailable(`The engine stopped ${this.#limits.maxCrashes} times within a few minutes and was not started again.`, 'Choose a smaller pack or frame size, look at the log, then ask for the job again.')
    const { host, role, log } = this.#init
    const lastWords = { text: '' }
    const process = this.#start(host, role, log, lastWords)
    const connection: Connection = {
      process, endReason: null, exit: null, lastWords,
      client: createClient(ENGINE_CONTRACT, process.transport, { onProblem: ({ where, error }) => log.write('warn', 'The engine sent something unexpected', { role, where, error }) }),
    }
    this.#connection = connection
    this.reconfigure()
    void process.exited.then((exit) => this.#onExit(connection, exit))
    this.#scheduleHeartbeat(connection)
    return connection
  }

  #start(host: EngineHost, role: string, log: Log, lastWords: Connection['lastWords']): EngineProcess {
    const onOutput = (text: string): void => {
      lastWords.text = `${lastWords.text}${text}`.slice(-LAST_WORDS)
      log.write('info', 'engine', { role, text: text.trimEnd().slice(0, 4_000) })
    }
    try {
      return host.start({ role, onOutput })
    } catch (cause) {
      throw new StudioError({ code: 'ENGINE_UNAVAILABLE', message: 'The engine could not be started.', remedy: 'Install the studio again; the log names the cause.', cause })
    }
  }

  #onExit(connection: Connection, exit: EngineExit): void {
    connection.exit = exit
    connection.client.dispose()
    if (this.#connection === connection) this.#connection = null
    if (this.#isDisposed || connection.endReason === 'stopped' || connection.endReason === 'cancelled' || connection.endReason === 'recycled') return
    this.#noteCrash(exit)
  }

  #noteCrash(exit: EngineExit): void {
    const { clock, log, onState, role } = this.#init
    const nowMs = clock.monotonicMs()
    this.#crashTimesMs = [...this.#crashTimesMs.filter((time) => nowMs - time < this.#limits.crashWindowMs), nowMs]
    log.write('error', 'The engine process ended unexpectedly', { role, ...exit, crashes: this.#crashTimesMs.length })
    if (this.#crashTimesMs.length < this.#limits.maxCrashes) {
      onState('restarting', 'The engine stopped and is started again for the next job.')
      if (this.#runningJobs === 0) onState('idle', null)
      return
    }
    this.#isDown = true
    onState('down', 'The engine stopped several times in a row. Choose a smaller pack or frame size, then try again.')
  }

  /** Ends the process; its exit is then not counted as a crash, except where it hung. */
  #end(connection: Connection, reason: NonNullable<Connection['endReason']>): void {
    connection.endReason ??= reason
    if (this.#connection === connection) this.#connection = null
    connection.process.kill()
  }

  #watch(connection: Connection, options: EngineJobOptions): { stop(): void } {
    const { clock } = this.#init
    let silence: Timer | null = null
    let grace: Timer | null = null
    const restart = (): void => {
      silence?.cancel()
      silence = clock.after(this.#limits.silenceMs, () => this.#end(connection, 'hung'))
    }
    const onAbort = (): void => {
      grace = clock.after(this.#limits.cancelGraceMs, () => this.#end(connection, 'cancelled'))
    }
    const stopProgress = connection.client.on('job.progress', (progress) => {
      if (progress.jobId !== options.jobId) return
      restart()
      options.onProgress(progress)
    })
    const stopPreview = connection.client.on('job.preview', (preview) => {
      if (preview.jobId === options.jobId) options.onPreview(preview)
    })
    options.signal.addEventListener('abort', onAbort, { once: true })
    restart()
    return {
      stop: () => {
        silence?.cancel()
        grace?.cancel()
        stopProgress()
        stopPreview()
        options.signal.removeEventListener('abort', onAbort)
      },
    }
  }

  /** A lost connection is told by why the process ended; everything else is the engine's own word. */
  async #explain(error: unknown, connection: Connection, subject: string): Promise<unknown> {
    if (!(error instanceof StudioError) || error.code !== 'DISCONNECTED') return error
    if (this.#isDisposed) return new CancelledError()
    // The channel can close just before the exit is known; a process whose channel is gone is of no use.
    connection.process.kill()
    const exit = await connection.process.exited
    if (connection.endReason === 'cancelled') return new CancelledError()
    if (connection.endReason === 'hung') {
      return new StudioError({
        code: 'ENGINE_CRASHED', cause: error,
        message: `${subject} failed: the engine made no progress for ${Math.round(this.#limits.silenceMs / 60_000)} minutes and was stopped.`,
        remedy: 'Try again with a smaller frame size, fewer frames or another pack. The other jobs go on.',
      })
    }
    if (DIED_OF_MEMORY.test(connection.lastWords.text)) {
      return new StudioError({
        code: 'OUT_OF_MEMORY', cause: error, detail: connection.lastWords.text.slice(-500),
        message: `${subject} failed: the engine process ran out of memory and ended.`,
        remedy: 'Choose a smaller frame size, a shorter shot or a smaller pack, or close other programs.',
      })
    }
    return new StudioError({
      code: 'ENGINE_CRASHED', cause: error, detail: `exit code ${exit.code ?? 'none'}, signal ${exit.signal ?? 'none'}`,
      message: `${subject} failed: the engine process ended in the middle of it.`,
      remedy: 'Try again; if it happens again, choose a smaller frame size or another pack. The other jobs go on.',
    })
  }

  #scheduleHeartbeat(connection: Connection): void {
    const { clock } = this.#init
    this.#heartbeat?.cancel()
    this.#heartbeat = clock.after(this.#limits.heartbeatMs, () => void this.#beat(connection))
  }

  #isQuiet(): boolean {
    return this.#runningJobs === 0 && this.#openQuestions === 0
  }

  /** Between jobs an engine must answer at once; within one, its progress is the sign of life. */
  async #beat(connection: Connection): Promise<void> {
    if (this.#connection !== connection) return
    if (this.#isQuiet()) {
      const deadline = this.#init.clock.after(this.#limits.heartbeatAnswerMs, () => {
        if (this.#isQuiet()) this.#end(connection, 'hung')
      })
      try {
        await connection.client.call('engine.ping', {})
      } catch (error) {
        this.#init.log.write('warn', 'A heartbeat of the engine failed', { error })
      } finally {
        deadline.cancel()
      }
    }
    if (this.#connection === connection) this.#scheduleHeartbeat(connection)
  }
}

function unavailable(message: string, remedy: string): StudioError {
  return new StudioError({ code: 'ENGINE_UNAVAILABLE', message, remedy })
}
