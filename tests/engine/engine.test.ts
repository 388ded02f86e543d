/** The whole engine with the real runtime, the real media tools and tiny packs: what a request becomes. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GenerateRequest, GenerateResult, Progress } from '#contracts/engine-api.ts'
import { CancelledError } from '#core/errors.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { readLatents } from '#engine/pipelines/known-frames.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { copyFrame } from '#engine/sampling/latents.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import type { ConnectedEngine } from './engine-fixture.ts'
import { packFolder } from './golden.ts'
import { copyPack, describeFile, temporaryFolder } from './pack-copy.ts'

const media = createMediaTools()
let connected: ConnectedEngine

beforeEach(() => {
  connected = connectEngine()
})
afterEach(async () => {
  connected.client.dispose()
  await connected.engine.dispose()
})

function generate(request: GenerateRequest, signal?: AbortSignal): Promise<GenerateResult> {
  return connected.client.call('take.generate', request, signal === undefined ? {} : { signal })
}

async function frameHashes(folder: string): Promise<string[]> {
  const hashes: string[] = []
  for await (const frame of media.readVideoFrames(join(folder, 'video.mp4'))) hashes.push(createHash('sha256').update(frame).digest('hex'))
  return hashes
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

describe('take.generate', () => {
  it('writes a video, its latents and a thumbnail, and describes them truly', async () => {
    const request = aRequest()
    const result = await generate(request)
    expect(readdirSync(request.outputFolder).sort()).toEqual(['latents.bin', 'thumbnail.jpg', 'video.mp4'])
    for (const stored of [result.video, result.latents.stored, result.thumbnail]) {
      expect(sha256(join(request.outputFolder, stored.file))).toBe(stored.sha256)
      expect(readFileSync(join(request.outputFolder, stored.file))).toHaveLength(stored.bytes)
    }
    expect(await media.probe(join(request.outputFolder, 'video.mp4'))).toMatchObject({
      video: { codec: 'h264', frameSize: { width: 32, height: 16 }, frameRate: { num: 16, den: 1 }, frameCount: 9 }, audio: null,
    })
    expect(result).toMatchObject({
      latents: { shape: [1, 16, 3, 2, 4] }, frameCount: 9, frameSize: { width: 32, height: 16 }, frameRate: { num: 16, den: 1 }, unknownWords: [],
      packVersion: '1.0.0', family: 'wan', solver: 'flow-match-euler', steps: 4, shift: 3, guidanceScale: 4, provider: 'cpu',
    })
    expect(result.onnxruntime).toMatch(/^\d+\.\d+\.\d+/)
    expect(result.secondsPerStep).toBeGreaterThan(0)
    expect(result.wallSeconds).toBeGreaterThan(result.secondsPerStep)
  })

  it.each([['tiny-wan', { width: 32, height: 16 }], ['tiny-ti2v', { width: 64, height: 32 }], ['tiny-camera', { width: 16, height: 16 }]] as const)('runs %s, whatever its timesteps, channels and solver', async (name, frameSize) => {
    const request = aRequest({ packFolder: packFolder(name), frameSize, frameCount: 17 })
    const result = await generate(request)
    const latents = await readLatents(join(request.outputFolder, 'latents.bin'), result.latents.shape)
    expect(latents.every(Number.isFinite)).toBe(true)
    const mean = latents.reduce((sum, value) => sum + value, 0) / latents.length
    const deviation = Math.sqrt(latents.reduce((sum, value) => sum + (value - mean) ** 2, 0) / latents.length)
    expect(Math.abs(mean)).toBeLessThan(3)
    expect(deviation).toBeGreaterThan(0.1)
    expect((await frameHashes(request.outputFolder)).length).toBe(17)
  })

  it('gives the same frames for the same seed, and others for another seed, prompt, camera or guidance', async () => {
    const hashOf = async (changes: Partial<GenerateRequest>) => {
      const request = aRequest(changes)
      const { latents } = await generate(request)
      return { latents: latents.stored.sha256, frames: (await frameHashes(request.outputFolder)).join() }
    }
    const first = await hashOf({})
    expect(await hashOf({})).toEqual(first)
    const others = [{ seed: 8 }, { prompt: 'A dog runs.' }, { camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' } }, { guidanceScale: 2 }, { steps: 3 }] as const
    for (const changes of others) expect((await hashOf(changes)).latents).not.toBe(first.latents)
  })

  it('loads nothing, hashes nothing and encodes no text for a second shot of the same prompt', async () => {
    await generate(aRequest())
    const before = connected.engine.stats()
    expect(before).toEqual({ graphLoads: 3, graphEvictions: 0, textEncoderRuns: 2, embeddingHits: 0, filesHashed: 5 })
    await generate(aRequest({ seed: 9 }))
    expect(connected.engine.stats()).toEqual({ ...before, embeddingHits: 2 })
  })

  it('remembers embeddings across engines in its cache folder, and then loads no text encoder', async () => {
    const cache = temporaryFolder()
    const results: GenerateResult[] = []
    const stats = []
    for (let i = 0; i < 2; i++) {
      const { client, engine } = connectEngine({ SHOTWRIGHT_ENGINE_CACHE: cache })
      results.push(await client.call('take.generate', aRequest()))
      stats.push(engine.stats())
      client.dispose()
    }
    expect(stats.map(({ graphLoads, textEncoderRuns, embeddingHits }) => ({ graphLoads, textEncoderRuns, embeddingHits }))).toEqual([
      { graphLoads: 3, textEncoderRuns: 2, embeddingHits: 0 }, { graphLoads: 2, textEncoderRuns: 0, embeddingHits: 2 },
    ])
    expect(results[1]?.latents.stored.sha256).toBe(results[0]?.latents.stored.sha256)
  })

  it('does not encode the negative prompt where guidance is off', async () => {
    await generate(aRequest({ guidanceScale: 1 }))
    expect(connected.engine.stats().textEncoderRuns).toBe(1)
  })

  it('counts its progress: stages in order, a fraction that never falls, time left once a step was timed', async () => {
    const seen: Progress[] = []
    const previews: { step: number; file: string }[] = []
    connected.client.on('job.progress', (progress) => seen.push(progress))
    connected.client.on('job.preview', ({ step, file }) => previews.push({ step, file }))
    await generate(aRequest())
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(['verifying', 'encoding-text', 'loading', 'sampling', 'decoding', 'writing', 'done'])
    for (const [index, { fraction }] of seen.entries()) expect(fraction).toBeGreaterThanOrEqual(seen[index - 1]?.fraction ?? 0)
    expect(seen.at(-1)).toMatchObject({ stage: 'done', fraction: 1, remainingMs: 0, jobId: 'job_test' })
    expect(seen.filter(({ stage }) => stage === 'sampling').map(({ completed, total }) => `${completed}/${total}`)).toEqual(['0/4', '1/4', '2/4', '3/4', '4/4'])
    const timed = seen.filter(({ stage, completed }) => stage === 'sampling' && completed > 0)
    expect(timed.every(({ remainingMs }) => remainingMs !== null)).toBe(true)
    expect(previews.length).toBeGreaterThan(0)
    expect(await media.probe(previews[0]?.file as string)).toMatchObject({ video: { frameSize: { width: 32, height: 16 } } })
  })

  it('reports words that a pack with a lexicon does not know', async () => {
    const folder = copyPack('tiny-camera')
    writeFileSync(join(folder, 'lexicon.json'), JSON.stringify({ known: ['cat', 'walks', 'rain'], synonyms: { downpour: 'rain' } }))
    const manifest = JSON.parse(readFileSync(join(folder, 'pack.json'), 'utf8'))
    manifest.components.lexicon = describeFile(folder, 'lexicon.json')
    writeFileSync(join(folder, 'pack.json'), JSON.stringify(manifest))
    expect((await generate(aRequest({ packFolder: folder, prompt: 'a dragon walks in the downpour' }))).unknownWords).toEqual(['dragon'])
  })
})

describe('cancelling', () => {
  it('between steps ends the job as cancelled and leaves no file', async () => {
    const controller = new AbortController()
    const request = aRequest({ steps: 200 })
    connected.client.on('job.progress', ({ stage, completed }) => {
      if (stage === 'sampling' && completed === 3) controller.abort()
    })
    await expect(generate(request, controller.signal)).rejects.toBeInstanceOf(CancelledError)
    expect(readdirSync(request.outputFolder)).toEqual([])
    expect(await connected.client.call('engine.ping', {})).toMatchObject({ busyWith: null })
  })

  it('while frames are written leaves no file either, and the engine takes the next job', async () => {
    const controller = new AbortController()
    const request = aRequest()
    connected.client.on('job.progress', ({ stage, completed }) => {
      if (stage === 'writing' && completed === 2) controller.abort()
    })
    await expect(generate(request, controller.signal)).rejects.toBeInstanceOf(CancelledError)
    expect(readdirSync(request.outputFolder)).toEqual([])
    expect((await generate(aRequest())).frameCount).toBe(9)
  })

  it('is heard, and pings are answered, while steps run', async () => {
    const answers: (string | null)[] = []
    connected.client.on('job.progress', ({ stage }) => {
      if (stage === 'sampling') void connected.client.call('engine.ping', {}).then(({ busyWith }) => answers.push(busyWith))
    })
    await generate(aRequest())
    expect(answers).toContain('job_test')
  })
})

describe('a take made anew in part', () => {
  async function retake(startFrame: number, endFrame: number, changes: Partial<GenerateRequest> = {}) {
    const parent = aRequest({ frameCount: 17, ...changes })
    const parentResult = await generate(parent)
    const child = aRequest({ frameCount: 17, ...changes, seed: 99, known: {
      firstFrame: null, lastFrame: null,
      parent: { latentsFile: join(parent.outputFolder, 'latents.bin'), shape: parentResult.latents.shape, regenerate: { startFrame, endFrame } },
    } })
    const childResult = await generate(child)
    const shape = childResult.latents.shape as unknown as LatentShape
    const [before, after] = await Promise.all([parent, child].map(({ outputFolder }) => readLatents(join(outputFolder, 'latents.bin'), shape)))
    return Array.from({ length: shape[2] }, (_, frame) => isSameFrame(before as Float32Array, after as Float32Array, shape, frame))
  }

  it('changes the latent frames of its range and nothing outside', async () => {
    // Latent frame i holds frames 4i - 3 … 4i: frames 6 to 9 lie in latent frames 2 and 3.
    expect(await retake(6, 10)).toEqual([true, true, false, false, true])
    expect(await retake(0, 1)).toEqual([false, true, true, true, true])
    expect(await retake(0, 17)).toEqual([false, false, false, false, false])
  })

  it('works with a pack that has one timestep a clip, where its manifest allows it', async () => {
    const folder = copyPack('tiny-wan', (manifest) => Object.assign(manifest['abilities'] as unknown as object, { latentMask: true }))
    expect(await retake(6, 10, { packFolder: folder })).toEqual([true, true, false, false, true])
  })

  it('extends a shorter parent: what it lacks is generated', async () => {
    const parent = aRequest()
    const { latents } = await generate(parent)
    const child = aRequest({ frameCount: 17, seed: 3, known: { firstFrame: null, lastFrame: null, parent: {
      latentsFile: join(parent.outputFolder, 'latents.bin'), shape: latents.shape, regenerate: { startFrame: 9, endFrame: 17 },
    } } })
    const result = await generate(child)
    const extended = await readLatents(join(child.outputFolder, 'latents.bin'), result.latents.shape)
    const original = await readLatents(join(parent.outputFolder, 'latents.bin'), latents.shape)
    const single: LatentShape = [1, 16, 1, 2, 4]
    for (let frame = 0; frame < 3; frame++) {
      const [a, b] = [new Float32Array(128), new Float32Array(128)]
      copyFrame(original, latents.shape as unknown as LatentShape, frame, a, single, 0)
      copyFrame(extended, result.latents.shape as unknown as LatentShape, frame, b, single, 0)
      expect(b).toEqual(a)
    }
  })

  it('refuses latents of another size, damaged latents and a range that is none', async () => {
    const parent = aRequest({ frameCount: 17 })
    const { latents } = await generate(parent)
    const known = (changes: object) => ({ firstFrame: null, lastFrame: null, parent: { latentsFile: join(parent.outputFolder, 'latents.bin'), shape: latents.shape, regenerate: { startFrame: 0, endFrame: 5 }, ...changes } })
    await expect(generate(aRequest({ frameCount: 17, frameSize: { width: 16, height: 16 }, known: known({}) }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(generate(aRequest({ frameCount: 17, known: known({ latentsFile: '/nowhere.bin' }) }))).rejects.toMatchObject({ code: 'MEDIA_MISSING' })
    await expect(generate(aRequest({ frameCount: 17, known: known({ latentsFile: join(parent.outputFolder, 'thumbnail.jpg') }) }))).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
    await expect(generate(aRequest({ frameCount: 17, known: known({ regenerate: { startFrame: 5, endFrame: 5 } }) }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(generate(aRequest({ frameCount: 17, known: known({ regenerate: { startFrame: 5, endFrame: 18 } }) }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('starts and ends on given pictures', async () => {
    const picture = join(temporaryFolder(), 'picture.jpg')
    await media.writeJpeg(picture, new Uint8Array(64 * 32 * 3).map((_, i) => (i * 7) % 256), { width: 64, height: 32 })
    const latentsWith = async (changes: Partial<GenerateRequest>) => {
      const request = aRequest({ frameCount: 17, ...changes })
      const { latents } = await generate(request)
      return readLatents(join(request.outputFolder, 'latents.bin'), latents.shape)
    }
    const known = { firstFrame: picture, lastFrame: picture, parent: null }
    const [first, second] = [await latentsWith({ known }), await latentsWith({ known, seed: 1234 })]
    const shape: LatentShape = [1, 16, 5, 2, 4]
    expect([0, 1, 2, 3, 4].map((frame) => isSameFrame(first, second, shape, frame))).toEqual([true, false, false, false, true])
  })
})

describe('bad requests', () => {
  it.each([
    ['a size that the pack lacks', { frameSize: { width: 64, height: 64 } }, 'INVALID_INPUT', /16 x 16 or 32 x 16/],
    ['frames that are not 4k + 1', { frameCount: 8 }, 'INVALID_INPUT', /5 or 9/],
    ['too few frames', { frameCount: 1 }, 'INVALID_INPUT', /Choose 5/],
    ['more frames than a clip, with a pack that cannot chain clips', { frameCount: 21, packFolder: packFolder('tiny-wan') }, 'INVALID_INPUT', /Choose 17/],
    ['too many frames', { frameCount: 1_000_001 }, 'INVALID_INPUT', /at most 18000/],
    ['no pack', { packFolder: '/nowhere' }, 'PACK_UNKNOWN', /install/],
    ['a provider that is none', { provider: 'abacus' }, 'PROVIDER_UNAVAILABLE', /cpu/],
    ['a picture that is not there', { known: { firstFrame: '/nowhere.png', lastFrame: null, parent: null } }, 'MEDIA_MISSING', /./],
    ['a folder that is not there', { outputFolder: '/nowhere/at/all' }, 'FOLDER_NOT_WRITABLE', /./],
  ] as const)('with %s are refused with what to do', async (_, changes, code, remedy) => {
    await expect(generate(aRequest(changes as Partial<GenerateRequest>))).rejects.toMatchObject({ code, remedy: expect.stringMatching(remedy) })
    expect(await connected.client.call('engine.ping', {})).toMatchObject({ busyWith: null })
  })

  it('for what a pack cannot do are refused before anything is loaded', async () => {
    await expect(generate(aRequest({ packFolder: packFolder('tiny-wan'), known: { firstFrame: '/a.png', lastFrame: null, parent: null } })))
      .rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('start from a given picture') })
    expect(connected.engine.stats().graphLoads).toBe(0)
  })

  it('for a family of the future say so', async () => {
    const folder = copyPack('tiny-camera', (manifest) => Object.assign(manifest, { family: 'dreamer' }))
    await expect(generate(aRequest({ packFolder: folder }))).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining('dreamer') })
  })

  it('with a corrupt model name the file and leave nothing', async () => {
    const folder = copyPack('tiny-camera')
    writeFileSync(join(folder, 'transformer.onnx'), '<html>')
    const request = aRequest({ packFolder: folder })
    await expect(generate(request)).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('transformer.onnx') })
    expect(readdirSync(request.outputFolder)).toEqual([])
  })

  it('while a job runs are turned away as busy, and the running job is not disturbed', async () => {
    const running = generate(aRequest())
    await expect(generate(aRequest({ jobId: 'job_second' }))).rejects.toMatchObject({ code: 'NOT_READY', message: expect.stringContaining('job_test') })
    expect((await running).frameCount).toBe(9)
  })

  it('that the memory cannot hold are refused before anything is loaded', async () => {
    const folder = copyPack('tiny-camera', (manifest) => Object.assign((manifest['sizes'] as unknown as object[])[1] as object, { memoryBytes: 9e15 }))
    await expect(generate(aRequest({ packFolder: folder }))).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', remedy: expect.stringContaining('16 x 16') })
    expect(connected.engine.stats().graphLoads).toBe(0)
  })

  it('with 100,000 characters work, cut to what the pack can read', async () => {
    expect((await generate(aRequest({ prompt: 'A cat walks. '.repeat(8_000) }))).frameCount).toBe(9)
  })
})

function isSameFrame(a: Float32Array, b: Float32Array, shape: LatentShape, frame: number): boolean {
  const single: LatentShape = [1, shape[1], 1, shape[3], shape[4]]
  const [left, right] = [a, b].map((latents) => {
    const values = new Float32Array(shape[1] * shape[3] * shape[4])
    copyFrame(latents, shape, frame, values, single, 0)
    return values
  })
  return (left as Float32Array).every((value, e) => Object.is(value, (right as Float32Array)[e]))
}
