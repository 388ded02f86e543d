/** The engine contract, served by each entry file over its own carrier: the same calls, the same answers. */
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { EngineContract } from '#contracts/engine-api.ts'
import type { Transport } from '#contracts/transport.ts'
import { wireTransport } from '#contracts/wire-transport.ts'
import { CancelledError } from '#core/errors.ts'
import { startInProcessEngine } from '#engine/entry/in-process.ts'
import { aRequest } from './engine-fixture.ts'
import { packFolder } from './golden.ts'
import { copyPack, temporaryFolder } from './pack-copy.ts'

interface Connection {
  readonly transport: Transport
  readonly pid: number
  /** Ends the engine's process at once; null where it is this one. */
  readonly kill: (() => void) | null
  dispose(): Promise<void>
}

const ENTRY_FOLDER = join(import.meta.dirname, '../../src/engine/entry')

function forkEntry(entry: string, execArgv: readonly string[]): Connection {
  const child = fork(join(ENTRY_FOLDER, entry), ['engine'], { serialization: 'advanced', execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const wire = wireTransport({
    post: (message) => {
      if (child.connected) child.send(message)
    },
    close: () => {
      if (child.connected) child.disconnect()
    },
  })
  child.on('message', (message) => wire.receive(message))
  child.on('exit', () => wire.closed('The engine process ended.'))
  return {
    transport: wire.transport, pid: child.pid as number, kill: () => child.kill('SIGKILL'),
    async dispose() {
      wire.transport.close()
      await exited
    },
  }
}

const CARRIERS: Readonly<Record<string, () => Connection>> = {
  'in-process': () => {
    const { transport, engine } = startInProcessEngine()
    return { transport, pid: process.pid, kill: null, dispose: () => engine.dispose() }
  },
  'child process': () => forkEntry('child-process.ts', []),
  'utility process': () => forkEntry('utility-process.ts', ['--import', pathToFileURL(join(import.meta.dirname, 'parent-port-shim.ts')).href]),
}

describe.each(Object.entries(CARRIERS))('the engine as %s', (_, connect) => {
  let connection: Connection
  let client: ContractClient<EngineContract>

  beforeEach(() => {
    connection = connect()
    client = createClient(ENGINE_CONTRACT, connection.transport)
  })
  afterEach(async () => {
    client.dispose()
    await connection.dispose()
  })

  it('answers pings, verifies packs and names its tools', async () => {
    expect(await client.call('engine.ping', {})).toEqual({ pid: connection.pid, busyWith: null })
    expect(await client.call('pack.verify', { packFolder: packFolder('tiny-wan') })).toMatchObject({ packDigest: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 710_534 })
    const tools = await client.call('media.tools', {})
    expect(tools.encoders).toContain('libx264')
  }, 60_000)

  it('leaves Ctrl+C to the studio', async () => {
    const { pid } = await client.call('engine.ping', {})
    if (pid === process.pid) return
    process.kill(pid, 'SIGINT')
    expect(await client.call('media.tools', {})).toMatchObject({ source: expect.any(String) })
    expect(await client.call('engine.ping', {})).toMatchObject({ pid })
  }, 60_000)

  it('makes a take, with events on the way, and music', async () => {
    const stages = new Set<string>()
    client.on('job.progress', ({ stage }) => stages.add(stage))
    const request = aRequest()
    const result = await client.call('take.generate', request)
    expect(result).toMatchObject({ frameCount: 9, provider: 'cpu' })
    expect([...stages].at(-1)).toBe('done')
    expect(await client.call('media.probe', { file: join(request.outputFolder, result.video.file) })).toMatchObject({ video: { frameCount: 9 } })
    const bed = await client.call('media.toneBed', { file: join(temporaryFolder(), 'bed.wav'), seconds: 1, seed: 1, mood: 'calm' })
    expect(bed.durationSeconds).toBeCloseTo(1, 2)
  }, 60_000)

  it('carries errors with code and remedy, and cancellation', async () => {
    await expect(client.call('take.generate', aRequest({ frameCount: 10 }))).rejects.toMatchObject({ code: 'INVALID_INPUT', remedy: expect.stringContaining('9 or 13') })
    await expect(client.call('pack.verify', { packFolder: copyPack('tiny-wan', (manifest) => delete (manifest as { id?: string }).id) })).rejects.toMatchObject({ code: 'PACK_MALFORMED', message: expect.stringContaining('id') })
    const controller = new AbortController()
    const request = aRequest({ steps: 200 })
    client.on('job.progress', ({ stage, completed }) => {
      if (stage === 'sampling' && completed === 2) controller.abort()
    })
    await expect(client.call('take.generate', request, { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError)
    expect(readdirSync(request.outputFolder)).toEqual([])
  }, 60_000)

  it('that is killed in a job loses that call with DISCONNECTED and leaves no take behind', async () => {
    const { kill } = connection
    if (kill === null) return
    const request = aRequest({ steps: 200 })
    client.on('job.progress', ({ stage, completed }) => {
      if (stage === 'sampling' && completed === 2) kill()
    })
    await expect(client.call('take.generate', request)).rejects.toMatchObject({ code: 'DISCONNECTED' })
    expect(readdirSync(request.outputFolder)).toEqual([])
  }, 60_000)
})
