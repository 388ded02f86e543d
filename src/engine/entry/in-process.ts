/** An engine in this process, over a transport in memory: for tests and tools; it blocks the thread while a model runs. */
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import type { Transport } from '#contracts/transport.ts'
import type { Engine } from '../create-engine.ts'
import { startEngine } from './start-engine.ts'
import type { StartOptions } from './start-engine.ts'

export interface InProcessEngine {
  readonly engine: Engine
  /** The studio's end. */
  readonly transport: Transport
}

export function startInProcessEngine(options: Partial<StartOptions> = {}): InProcessEngine {
  const [studioSide, engineSide] = memoryTransportPair()
  const engine = startEngine(engineSide, { env: process.env, writeLine: () => {}, ...options })
  return { engine, transport: studioSide }
}
