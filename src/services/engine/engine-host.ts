/** The port through which the studio starts engine processes; each shell (plain Node, Electron) has one implementation. */
import type { Transport } from '#contracts/transport.ts'

export interface EngineExit {
  /** null where a signal ended the process. */
  readonly code: number | null
  readonly signal: string | null
}

export interface EngineProcess {
  readonly transport: Transport
  readonly pid: number | null
  /** Resolves when the process is gone, however it went; never rejects. */
  readonly exited: Promise<EngineExit>
  /** Ends the process at once; safe to call again. */
  kill(): void
}

export interface EngineStartOptions {
  /** What the process is for: shown in logs and given to the process as its argument. */
  readonly role: string
  /** Lines that the process writes to its standard output and error. */
  readonly onOutput: (text: string) => void
}

export interface EngineHost {
  start(options: EngineStartOptions): EngineProcess
}
