/** The engine supervisor by a clock that the test moves: heartbeats, silence, crashes within their window, and the end. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENGINE_CONTRACT, type GenerateRequest } from '#contracts/engine-api.ts'
import type { ContractHandlers } from '#contracts/contract.ts'
import type { EngineContract } from '#contracts/engine-api.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { createServer } from '#contracts/server.ts'
import { CancelledError } from '#core/errors.ts'
import type { EngineExit, EngineHost } from '#services/engine/engine-host.ts'
import { DEFAULT_LIMITS, EngineSupervisor, type EngineState } from '#services/engine/engine-supervisor.ts'
import { silentLog } from '#services/log.ts'
import { fakeEngineHandlers } from './fake-engine.ts'
import { manualClock, type ManualClock } from './manual-clock.ts'

interface TestEngine {
  readonly host: EngineHost
  /** How many processes were started, and how many of them were killed. */
  starts: number
  kills: number
  /** Ends the newest process as a crash does. */
  crash(exit?: EngineExit): void
  /** Makes the newest process deaf. */
  silence(): void
}

/** An engine that never finishes a job unless told to. */
function testEngine(handlers: Partial<ContractHandlers<EngineContract>> = {}): TestEngine {
  let end: (exit: EngineExit) => void = () => {}
  let isSilent = false
  const engine: TestEngine = {
    starts: 0, kills: 0,
    crash: (exit = { code: null, signal: 'SIGSEGV' }) => end(exit),
    silence: () => { isSilent = true },
    host: {
      start: () => {
        engine.starts += 1
        isSilent = false
        const [own, other] = memoryTransportPair()
        const onMessage: typeof other.onMessage = (listener) => other.onMessage((message) => { if (!isSilent) listener(message) })
        createServer(ENGINE_CONTRACT, { ...fakeEngineHandlers(), ...handlers }, { ...other, onMessage })
        const exited = new Promise<EngineExit>((resolve) => {
          end = (exit) => {
            other.close()
            resolve(exit)
          }
        })
        return { transport: own, pid: 1, exited, kill: () => { engine.kills += 1; end({ code: null, signal: 'SIGKILL' }) } }
      },
    },
  }
  return engine
}

let clock: ManualClock
let states: EngineState[]
let opened: EngineSupervisor[]
beforeEach(() => {
  clock = manualClock()
  states = []
  opened = []
})
afterEach(async () => {
  for (const supervisor of opened) await supervisor.dispose()
})

function supervise(engine: TestEngine): EngineSupervisor {
  const supervisor = new EngineSupervisor({ host: engine.host, role: 'generate', clock, log: silentLog, onState: (state) => states.push(state) })
  opened.push(supervisor)
  return supervisor
}
const JOB = { jobId: 'job_0001', subject: 'Shot 3', onProgress: () => {}, onPreview: () => {} }
const REQUEST = { jobId: 'job_0001' } as unknown as GenerateRequest
const VALID: GenerateRequest = {
  jobId: 'job_0001', packFolder: '/p', prompt: '', negativePrompt: '', seed: 1, frameCount: 5, frameSize: { width: 16, height: 16 },
  camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, lensMm: 35, subjectDistanceM: 3, steps: 4, guidanceScale: 1, known: null, outputFolder: '/o', provider: 'cpu',
}
const never = (): Promise<never> => new Promise(() => {})
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
}

describe('the engine supervisor', () => {
  it('starts no process before one is needed, and one for all that is asked', async () => {
    const engine = testEngine()
    const supervisor = supervise(engine)
    expect(engine.starts).toBe(0)
    await Promise.all([supervisor.ask('engine.ping', {}), supervisor.ask('provider.list', {}), supervisor.ask('media.tools', {})])
    expect(engine.starts).toBe(1)
  })

  it('refuses what breaks the contract before the engine sees it', async () => {
    const supervisor = supervise(testEngine())
    await expect(supervisor.run('take.generate', REQUEST, { ...JOB, signal: new AbortController().signal })).rejects.toMatchObject({ code: 'CONTRACT_VIOLATED' })
    expect(states).toEqual(['busy', 'idle'])
  })

  it('asks for a sign of life between jobs, and replaces an engine that gives none', async () => {
    const engine = testEngine()
    const supervisor = supervise(engine)
    await supervisor.ask('engine.ping', {})
    for (let beat = 0; beat < 3; beat += 1) {
      clock.advance(DEFAULT_LIMITS.heartbeatMs)
      await settle()
    }
    expect([engine.kills, states]).toEqual([0, []])
    engine.silence()
    clock.advance(DEFAULT_LIMITS.heartbeatMs)
    await settle()
    clock.advance(DEFAULT_LIMITS.heartbeatAnswerMs)
    await settle()
    expect([engine.kills, states]).toEqual([1, ['restarting', 'idle']])
    await supervisor.ask('engine.ping', {})
    expect(engine.starts).toBe(2)
  })

  it('does not take a long question for a hanging engine', async () => {
    const engine = testEngine({ 'provider.list': never })
    const supervisor = supervise(engine)
    void supervisor.ask('provider.list', {}).catch(() => {})
    await settle()
    engine.silence()
    clock.advance(DEFAULT_LIMITS.heartbeatMs * 3)
    await settle()
    expect(engine.kills).toBe(0)
  })

  it('ends a job that shows no progress for the time allowed, and not one that does', async () => {
    let tell: () => void = () => {}
    const engine = testEngine({
      'take.generate': (request, { emit }) => {
        tell = () => emit('job.progress', { jobId: request.jobId, stage: 'sampling', completed: 1, total: 4, fraction: 0.25, elapsedMs: 1, remainingMs: null })
        return never()
      },
    })
    const supervisor = supervise(engine)
    const job = supervisor.run('take.generate', VALID, { ...JOB, signal: new AbortController().signal })
    const outcome = expect(job).rejects.toMatchObject({ code: 'ENGINE_CRASHED', message: 'Shot 3 failed: the engine made no progress for 15 minutes and was stopped.' })
    for (let step = 0; step < 4; step += 1) {
      await settle()
      clock.advance(DEFAULT_LIMITS.silenceMs - 1)
      tell()
    }
    await settle()
    expect(engine.kills).toBe(0)
    clock.advance(DEFAULT_LIMITS.silenceMs)
    await outcome
    expect(states).toEqual(['busy', 'restarting', 'idle'])
  })

  it('counts crashes within five minutes only', async () => {
    const engine = testEngine()
    const supervisor = supervise(engine)
    for (let crash = 0; crash < 6; crash += 1) {
      await supervisor.ask('engine.ping', {})
      engine.crash()
      await settle()
      clock.advance(DEFAULT_LIMITS.crashWindowMs / 2 + 1)
    }
    expect([supervisor.isDown, engine.starts]).toEqual([false, 6])
  })

  it('stays down after three crashes in five minutes, wherever the wall clock jumps, until it is revived', async () => {
    const engine = testEngine()
    const supervisor = supervise(engine)
    for (let crash = 0; crash < 3; crash += 1) {
      await supervisor.ask('engine.ping', {})
      engine.crash({ code: 0, signal: null })
      await settle()
      clock.setWall(clock.nowMs() + 10 * 365 * 24 * 60 * 60_000)
    }
    expect(supervisor.isDown).toBe(true)
    await expect(supervisor.ask('engine.ping', {})).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(engine.starts).toBe(3)
    supervisor.revive()
    await supervisor.ask('engine.ping', {})
    expect([engine.starts, states.at(-1)]).toEqual([4, 'idle'])
  })

  it('says what an engine that cannot be started means', async () => {
    const supervisor = supervise({ ...testEngine(), host: { start: () => { throw new Error('ENOENT') } } })
    await expect(supervisor.ask('engine.ping', {})).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', remedy: expect.stringContaining('Install') })
  })

  it('ends its process by its own handle when it is closed, which cancels what runs and is no crash', async () => {
    const engine = testEngine({ 'take.generate': never })
    const supervisor = supervise(engine)
    const job = expect(supervisor.run('take.generate', VALID, { ...JOB, signal: new AbortController().signal })).rejects.toBeInstanceOf(CancelledError)
    await settle()
    await supervisor.dispose()
    await job
    expect([engine.kills > 0, states]).toEqual([true, ['busy']])
    await expect(supervisor.ask('engine.ping', {})).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
  })

  it('leaves no timers behind', async () => {
    const supervisor = supervise(testEngine())
    await supervisor.ask('engine.ping', {})
    await supervisor.dispose()
    expect(clock.waiting()).toBe(0)
  })
})
