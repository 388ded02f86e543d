/** The choice of a device, what the doctor says of it, and a driver that hangs while the studio closes. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { createServer } from '#contracts/server.ts'
import { doctorLines } from '#core/devices/doctor-text.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { askedProviders } from '#services/engine/chosen-device.ts'
import type { EngineHost } from '#services/engine/engine-host.ts'
import { fakeEngineHandlers } from './fake-engine.ts'
import { COMPILE_CACHE, projectOf, workshop, type Workshop } from './studio-harness.ts'

let shop: Workshop
beforeEach(() => {
  shop = workshop()
})
afterEach(() => shop.dispose())

const CARD = { name: 'NVIDIA GeForce RTX 4090', vendor: 'NVIDIA', driver: '550.54.14', memoryBytes: 24e9, freeBytes: 20e9, source: 'nvidia-smi' }

/** A machine with an NVIDIA card and engines that answer probes as told. */
function machine(answers: Readonly<Record<string, 'works' | 'refuses' | 'hangs'>>) {
  const seen = { ended: 0, trials: [] as string[], onTrial: (): void => undefined }
  const host: EngineHost = {
    start: () => {
      const [own, other] = memoryTransportPair()
      createServer(ENGINE_CONTRACT, {
        ...fakeEngineHandlers(),
        'provider.list': () => ({ providers: Object.keys(answers), onnxruntime: '1.0.0' }),
        'device.survey': () => ({ cards: [CARD], system: { freeBytes: 8e9, totalBytes: 16e9 } }),
        'provider.try': async ({ provider }) => {
          seen.trials.push(provider)
          seen.onTrial()
          if (answers[provider] === 'hangs') await new Promise(() => {})
          return { works: answers[provider] === 'works', said: `${provider} is not here` }
        },
      }, other)
      const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => other.onClose(() => resolve({ code: 0, signal: null })))
      return { transport: own, pid: null, exited, kill: () => { seen.ended += 1; other.close() } }
    },
  }
  return { host, seen }
}

describe('the device', () => {
  const settings = (values: Readonly<Record<string, unknown>>) => ({ get: (key: string): unknown => values[key] })

  it('is CUDA, then WebGPU, then DirectML, then the CPU, of those that a platform can have', () => {
    expect(askedProviders(settings({}), 'linux')).toEqual(['cuda', 'webgpu', 'cpu'])
    expect(askedProviders(settings({}), 'win32')).toEqual(['webgpu', 'directml', 'cpu'])
    expect(askedProviders(settings({ 'engine.device': 'automatic' }), 'darwin')).toEqual(['webgpu', 'cpu'])
    expect(askedProviders(settings({}), 'freebsd')).toEqual(['cpu'])
  })

  it('is the chosen one and no other', () => {
    expect(askedProviders(settings({ 'engine.device': 'cuda', 'engine.providers': ['webgpu', 'cpu'] }), 'linux')).toEqual(['cuda'])
    expect(askedProviders(settings({ 'engine.providers': ['webgpu', 'cpu'] }), 'linux')).toEqual(['webgpu', 'cpu'])
  })

  it('is named by the doctor, and so is the card, its driver and its memory', async () => {
    const { client } = shop.open({ engineHost: machine({ cuda: 'works', cpu: 'works' }).host })
    await client.call('settings.set', { key: 'engine.providers', value: ['cuda', 'cpu'] })
    const report = await client.call('app.doctor', {})
    expect(report).toMatchObject({ device: { setting: 'automatic', chosen: 'cuda', message: null }, cards: [CARD], memory: { freeBytes: 8e9, totalBytes: 16e9 }, disk: { folder: shop.dataFolder } })
    expect(report.packs.find(({ packId }) => packId === 'tiny-wan')).toMatchObject({ state: 'ready', name: 'Tiny Wan', memoryBytes: { least: 50_000_000, most: 50_000_000 } })
    expect(doctorLines(report)).toEqual(expect.arrayContaining(['device: automatic, which picked CUDA', 'graphics card: NVIDIA GeForce RTX 4090, driver 550.54.14, 24.0 GB, 20.0 GB free']))
  })

  it('that was chosen and does not work is a problem with its reason, and nothing takes its place', async () => {
    const { client, finished } = shop.open({ engineHost: machine({ cuda: 'refuses', cpu: 'works' }).host })
    await client.call('settings.set', { key: 'engine.device', value: 'cuda' })
    const report = await client.call('app.doctor', {})
    expect(report.device).toMatchObject({ setting: 'cuda', chosen: null, message: expect.stringContaining('cuda is not here') })
    expect(report.problems).toContainEqual(expect.objectContaining({ code: 'PROVIDER_UNAVAILABLE' }))
    const { document } = await projectOf(client, ['rain'])
    const { jobIds } = await client.call('job.generate', { projectId: document.project.id, shotIds: null, variations: 1, newSeeds: false })
    expect((await finished(jobIds[0] as string)).error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
  })

  it('is asked again only where a fresh look is wanted', async () => {
    const { host, seen } = machine({ webgpu: 'refuses', cpu: 'works' })
    const { client } = shop.open({ engineHost: host })
    await client.call('app.doctor', {})
    const once = seen.trials.length
    await client.call('app.doctor', {})
    expect(seen.trials.length).toBe(once)
    await client.call('app.doctor', { fresh: true })
    expect(seen.trials.length).toBe(2 * once)
  })
})

describe('a driver that hangs when it is tried', () => {
  it('does not keep a closing studio open, and the job that waited for it is taken up at the next start', async () => {
    const { host, seen } = machine({ cuda: 'hangs' })
    const { studio, client } = shop.open({ engineHost: host })
    await client.call('settings.set', { key: 'engine.device', value: 'cuda' })
    const { document } = await projectOf(client, ['rain'])
    const tried = new Promise<void>((resolve) => { seen.onTrial = resolve })
    await client.call('job.generate', { projectId: document.project.id, shotIds: null, variations: 1, newSeeds: false })
    await tried
    // The probe's own limit is 30 seconds; the test's is shorter.
    await studio.dispose()
    expect(seen.ended).toBeGreaterThan(0)
    const again = shop.open()
    expect((await again.client.call('job.list', { projectId: null })).jobs.map(({ state }) => state)).not.toContain('failed')
  }, 10_000)

  it('does not keep a job that is cancelled', async () => {
    const { host, seen } = machine({ cuda: 'hangs' })
    const { client } = shop.open({ engineHost: host })
    await client.call('settings.set', { key: 'engine.device', value: 'cuda' })
    const { document } = await projectOf(client, ['rain'])
    const tried = new Promise<void>((resolve) => { seen.onTrial = resolve })
    const { jobIds } = await client.call('job.generate', { projectId: document.project.id, shotIds: null, variations: 1, newSeeds: false })
    await tried
    await client.call('job.cancel', { jobId: jobIds[0] as string })
    expect((await client.call('job.list', { projectId: null })).jobs[0]?.state).toBe('cancelled')
  }, 10_000)
})

// A shell script stands for another ffmpeg.
describe.skipIf(process.platform === 'win32')('an ffmpeg of one\'s own', () => {
  const REAL_ENGINE = join(import.meta.dirname, '../../src/engine/entry/child-process.ts')

  it('is used from the moment it is set, and one that does not work is a problem of the doctor', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shotwright-ffmpeg-'))
    const { client } = shop.open({ engineHost: childProcessHost({ entry: REAL_ENGINE, env: COMPILE_CACHE }) })
    try {
      const found = await client.call('app.doctor', {})
      const own = join(folder, 'my-ffmpeg')
      writeFileSync(own, `#!/bin/sh\nexec '${found.ffmpeg?.path}' "$@"\n`)
      chmodSync(own, 0o755)
      await client.call('settings.set', { key: 'ffmpegPath', value: own })
      expect((await client.call('app.doctor', {})).ffmpeg).toMatchObject({ path: own, source: 'setting' })
      await client.call('settings.set', { key: 'ffmpegPath', value: join(folder, 'nothing') })
      const broken = await client.call('app.doctor', {})
      expect(broken.ffmpeg?.path).toBe(found.ffmpeg?.path)
      expect(broken.problems).toContainEqual(expect.objectContaining({ code: 'FFMPEG_MISSING', message: expect.stringContaining('nothing') }))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 60_000)
})
