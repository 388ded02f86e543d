/** What the services rely on in an engine, asked of the fake one and of the real one: a fake that behaves otherwise proves nothing. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { ENGINE_CONTRACT, GenerateRequestSchema, type EngineContract, type GenerateRequest, type GenerateResult, type Progress } from '#contracts/engine-api.ts'
import { CancelledError } from '#core/errors.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import type { EngineHost, EngineProcess } from '#services/engine/engine-host.ts'
import { proveStoredFile } from '#services/media/stored-files.ts'
import { COMPILE_CACHE, FIXTURE_PACKS, localEngineHost } from './studio-harness.ts'

const REAL_ENTRY = fileURLToPath(new URL('../../src/engine/entry/child-process.ts', import.meta.url))

function describeEngine(name: string, host: EngineHost): void {
  describe(name, () => {
    let engine: EngineProcess
    let client: ContractClient<EngineContract>
    let folder: string
    beforeAll(() => {
      engine = host.start({ role: 'generate', onOutput: () => {} })
      client = createClient(ENGINE_CONTRACT, engine.transport)
    })
    afterAll(async () => {
      client.dispose()
      engine.kill()
      await engine.exited
    })
    beforeEach(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotwright-engine-')))
    })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    function request(changes: Partial<GenerateRequest> = {}): GenerateRequest {
      const outputFolder = join(folder, String(readdirSync(folder).length))
      mkdirSync(outputFolder)
      return GenerateRequestSchema.parse({
        jobId: 'job_0001', packFolder: join(FIXTURE_PACKS, 'tiny-wan'), prompt: 'a red car', negativePrompt: '', seed: 7, frameCount: 5, frameSize: { width: 32, height: 16 },
        camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, lensMm: 35, subjectDistanceM: 3, steps: 3, guidanceScale: 4, known: null, outputFolder, provider: 'cpu', ...changes,
      })
    }
    const contentOf = ({ video, latents, thumbnail }: GenerateResult): readonly string[] => [video.sha256, latents.stored.sha256, thumbnail.sha256]

    it('leaves exactly the files that it names, with the hashes that it names', async () => {
      const asked = request()
      const result = await client.call('take.generate', asked)
      for (const stored of [result.video, result.latents.stored, result.thumbnail]) await proveStoredFile(asked.outputFolder, stored, 'It')
      expect(readdirSync(asked.outputFolder).filter((file) => !file.startsWith('preview')).toSorted()).toEqual(['latents.bin', 'thumbnail.jpg', 'video.mp4'])
      expect(result).toMatchObject({ frameCount: 5, frameSize: { width: 32, height: 16 }, frameRate: { num: 16, den: 1 }, provider: 'cpu', steps: 3, packDigest: expect.stringMatching(/^[0-9a-f]{64}$/) })
      expect((await client.call('pack.verify', { packFolder: asked.packFolder })).packDigest).toBe(result.packDigest)
    })

    it('makes the same from the same, and something else from another seed', async () => {
      const [first, again, other] = [await client.call('take.generate', request()), await client.call('take.generate', request({ jobId: 'job_0002' })), await client.call('take.generate', request({ seed: 8 }))]
      expect(contentOf(again)).toEqual(contentOf(first))
      expect(other.video.sha256).not.toBe(first.video.sha256)
    })

    it('tells of counted progress that never goes back, under the id of its job', async () => {
      const seen: Progress[] = []
      const stop = client.on('job.progress', (progress) => seen.push(progress))
      await client.call('take.generate', request({ jobId: 'job_0003' }))
      stop()
      expect(seen.length).toBeGreaterThan(2)
      expect(seen.every(({ jobId, completed, total }) => jobId === 'job_0003' && completed <= total)).toBe(true)
      expect(seen.map(({ fraction }) => fraction)).toEqual(seen.map(({ fraction }) => fraction).toSorted((left, right) => left - right))
    })

    it('stops between steps when it is cancelled, leaves no take, and is free for the next job', async () => {
      const asked = request({ steps: 50 })
      const controller = new AbortController()
      const stop = client.on('job.progress', ({ stage }) => {
        if (stage === 'sampling') controller.abort()
      })
      await expect(client.call('take.generate', asked, { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError)
      stop()
      expect(readdirSync(asked.outputFolder).filter((file) => !file.startsWith('preview'))).toEqual([])
      expect(await client.call('engine.ping', {})).toMatchObject({ busyWith: null })
      await client.call('take.generate', request())
    })

    it('answers to a sign of life and to a wrong folder in words', async () => {
      expect(await client.call('engine.ping', {})).toMatchObject({ pid: expect.any(Number), busyWith: null })
      await expect(client.call('pack.verify', { packFolder: join(folder, 'no-pack') })).rejects.toMatchObject({ code: 'PACK_UNKNOWN', remedy: expect.stringMatching(/\w/) })
      writeFileSync(join(folder, 'letter.txt'), 'Dear Sir')
      await expect(client.call('media.probe', { file: join(folder, 'letter.txt') })).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
    })

    it('makes the same music from the same wish', async () => {
      const wish = { seconds: 1, seed: 7, mood: 'calm' as const }
      const [first, second] = [await client.call('media.toneBed', { ...wish, file: join(folder, 'a.wav') }), await client.call('media.toneBed', { ...wish, file: join(folder, 'b.wav') })]
      expect([first.sha256, first.durationSeconds]).toEqual([second.sha256, 1])
      await proveStoredFile(folder, { file: 'a.wav', bytes: first.bytes, sha256: first.sha256 }, 'It')
    })
  })
}

describeEngine('the fake engine', localEngineHost({}))
describeEngine('the real engine in a process of its own', childProcessHost({ entry: REAL_ENTRY, env: COMPILE_CACHE }))
