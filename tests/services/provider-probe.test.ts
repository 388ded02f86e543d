/** Which execution providers work here: asked of engine processes that are kept for nothing else. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { createServer } from '#contracts/server.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import { systemClock } from '#services/clock.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import type { EngineHost, EngineStartOptions } from '#services/engine/engine-host.ts'
import { EngineSupervisor } from '#services/engine/engine-supervisor.ts'
import { ProviderProbe } from '#services/engine/provider-probe.ts'
import { silentLog } from '#services/log.ts'
import { fakeEngineHandlers } from './fake-engine.ts'

const REAL_ENGINE = fileURLToPath(new URL('../../src/engine/entry/child-process.ts', import.meta.url))

type Behaviour = 'works' | 'refuses' | 'crashes' | 'hangs'

/** A host whose engines behave as told when they are asked to try a provider, and that counts what was started. */
function staged(behaviour: Readonly<Record<string, Behaviour>>) {
  const counts = { started: 0, killed: 0 }
  function start(options: EngineStartOptions) {
    const [studioSide, engineSide] = memoryTransportPair()
    counts.started += 1
    createServer(ENGINE_CONTRACT, {
      ...fakeEngineHandlers(),
      'provider.try': async ({ provider }) => {
        if (behaviour[provider] === 'hangs') await new Promise(() => {})
        if (behaviour[provider] === 'crashes') engineSide.close()
        if (behaviour[provider] === 'refuses') options.onOutput('libcudnn.so.9: cannot open shared object file: No such file or directory')
        return { works: behaviour[provider] === 'works', said: 'no' }
      },
    }, engineSide)
    return { transport: studioSide, pid: null, exited: new Promise<never>(() => {}), kill: () => { counts.killed += 1 } }
  }
  return { host: { start } satisfies EngineHost, counts }
}

function probeOn(host: EngineHost, listed: readonly string[] = []): ProviderProbe {
  const engine = { ask: async () => ({ providers: [...listed], onnxruntime: '1.0.0' }) } as unknown as EngineSupervisor
  return new ProviderProbe({ host, engine, clock: systemClock(), timeoutMs: 150 })
}

describe('choosing a provider', () => {
  it('takes the first asked one that works', async () => {
    const { host } = staged({ cuda: 'refuses', webgpu: 'works' })
    expect(await probeOn(host).choose(['cuda', 'webgpu', 'cpu'])).toBe('webgpu')
  })

  it('never falls back to one that was not asked for, and says why each was refused', async () => {
    const { host } = staged({ cuda: 'refuses', webgpu: 'crashes' })
    await expect(probeOn(host).choose(['cuda', 'webgpu'])).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE', message: expect.stringMatching(/libcudnn\.so\.9.*webgpu crashed/s), remedy: expect.stringContaining('cpu'),
    })
  })

  it('starts no process for the CPU, which is part of the runtime', async () => {
    const { host, counts } = staged({})
    expect(await probeOn(host).choose(['cpu', 'cuda'])).toBe('cpu')
    expect(counts.started).toBe(0)
  })

  it('tries anew where no process could be started', async () => {
    const { host } = staged({ cuda: 'works' })
    let refusals = 1
    const probe = probeOn({ start: (options) => {
      if (refusals-- > 0) throw new Error('spawn EAGAIN')
      return host.start(options)
    } })
    await expect(probe.choose(['cuda'])).rejects.toThrow('EAGAIN')
    expect(await probe.choose(['cuda'])).toBe('cuda')
  })

  it('probes each provider once, in a process of its own that is ended afterwards', async () => {
    const { host, counts } = staged({ cuda: 'refuses', webgpu: 'works' })
    const probe = probeOn(host)
    await Promise.all([probe.choose(['cuda', 'webgpu']), probe.choose(['cuda', 'webgpu'])])
    expect(counts).toEqual({ started: 2, killed: 2 })
  })
})

describe('examining the machine', () => {
  it('reports a driver that hangs or crashes and goes on with the next', async () => {
    const { host } = staged({ cuda: 'hangs', webgpu: 'crashes', cpu: 'works' })
    const { providers } = await probeOn(host, ['cuda', 'webgpu', 'cpu']).examine()
    expect(providers.map(({ provider, available, reason }) => [provider, available, reason])).toEqual([
      ['cuda', false, 'cuda gave no answer within 0.15 seconds.'],
      ['webgpu', false, 'The driver of webgpu crashed when it was tried.'],
      ['cpu', true, null],
    ])
  })

  it('finds the CPU with the real runtime, and gives a sentence for every provider that does not work', async () => {
    const host = childProcessHost({ entry: REAL_ENGINE })
    const engine = new EngineSupervisor({ host, role: 'media', clock: systemClock(), log: silentLog, onState: () => {} })
    try {
      const { providers, onnxruntime } = await new ProviderProbe({ host, engine, clock: systemClock() }).examine()
      expect(onnxruntime).toMatch(/^\d+\.\d+\.\d+/)
      expect(providers.find(({ provider }) => provider === 'cpu')).toMatchObject({ available: true, reason: null })
      for (const { available, reason } of providers) expect(available ? reason : reason?.endsWith('.')).toBe(available ? null : true)
    } finally {
      await engine.dispose()
    }
  }, 60_000)
})
