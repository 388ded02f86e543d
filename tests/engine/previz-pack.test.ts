/** The embedded pack's weights at work: given frames, retakes, longer clips, words it does not know, and words of three languages. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { FrameSize } from '#core/document/schema.ts'
import { compilePrompt } from '#core/prompt/compile.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import type { Session } from '#engine/inference/inference-port.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { loadLexicon } from '#engine/packs/lexicon.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { onlyOutput } from '#engine/pipelines/graph-output.ts'
import { normaliseLatents } from '#engine/pipelines/normalisation.ts'
import { decodeLatents, encodeStill, toRgb24 } from '#engine/pipelines/vae.ts'
import { copyFrame } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'

const FOLDER = join(import.meta.dirname, '../../models/packs/previz')
const WIDE: FrameSize = { width: 160, height: 96 }
/** Enough for the picture to settle; the pack's own number would take the tests three times as long. */
const STEPS = 5

const pack = await createPackVerifier().verify(FOLDER)
const runtime = createOnnxRuntime()
const encoder = await runtime.createSession(pack.files.vaeEncoder as string, 'cpu')
const decoder = await runtime.createSession(pack.files.vaeDecoder as string, 'cpu')
const media = createMediaTools()
const { client, engine } = connectEngine()
afterAll(async () => {
  client.dispose()
  media.dispose()
  await Promise.all([engine.dispose(), encoder.dispose(), decoder.dispose()])
})

interface Take {
  readonly folder: string
  readonly video: string
  readonly latentsFile: string
  readonly latents: Float32Array
  readonly shape: LatentShape
  readonly result: GenerateResult
}

async function makeTake(changes: Partial<GenerateRequest> = {}): Promise<Take> {
  const request = aRequest({
    packFolder: FOLDER, prompt: 'medium shot, a red car in a field at day, clear sky', frameSize: WIDE, frameCount: 17, steps: STEPS,
    camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, ...changes,
  })
  const result = await client.call('take.generate', request)
  const latentsFile = join(request.outputFolder, 'latents.bin')
  const latents = new Float32Array(new Uint8Array(readFileSync(latentsFile)).buffer)
  return { folder: request.outputFolder, video: join(request.outputFolder, 'video.mp4'), latentsFile, latents, shape: result.latents.shape as unknown as LatentShape, result }
}

function latentFrame({ latents, shape }: Pick<Take, 'latents' | 'shape'>, frame: number): Float32Array {
  const single = new Float32Array(shape[1] * shape[3] * shape[4])
  copyFrame(latents, shape, frame, single, [1, shape[1], 1, shape[3], shape[4]], 0)
  return single
}

async function framesOf(take: Pick<Take, 'latents' | 'shape'>): Promise<Uint8Array[]> {
  const clip = await decodeLatents(decoder, take.latents, take.shape, pack.manifest)
  expect(clip.data.every(Number.isFinite)).toBe(true)
  return Array.from({ length: clip.frameCount }, (_, frame) => toRgb24(clip, frame))
}

/** Mean difference of two pictures, 0 to 255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length
}

/** A picture through the codec alone, at rest: [first frame, last frame] of five. */
async function throughCodec(picture: Uint8Array, size: FrameSize): Promise<readonly [Uint8Array, Uint8Array]> {
  const [first, later] = [await encodeStill(encoder, picture, size, 'first', pack.manifest), await encodeStill(encoder, picture, size, 'later', pack.manifest)]
  const shape: LatentShape = [1, pack.manifest.latent.channels, 2, size.height / 8, size.width / 8]
  const latents = new Float32Array(first.length * 2)
  for (const [frame, still] of [first, later].entries()) copyFrame(still, [1, shape[1], 1, shape[3], shape[4]], 0, latents, shape, frame)
  const frames = await framesOf({ latents, shape })
  return [frames[0] as Uint8Array, frames.at(-1) as Uint8Array]
}

/** What the codec itself changes in a clip: mean difference of each frame. */
async function codecLoss(frames: readonly Uint8Array[], { width, height }: FrameSize, session: Session = encoder): Promise<readonly number[]> {
  const plane = width * height
  const data = new Float32Array(3 * frames.length * plane)
  for (const [f, frame] of frames.entries()) {
    for (let c = 0; c < 3; c++) for (let i = 0; i < plane; i++) data[(c * frames.length + f) * plane + i] = (frame[i * 3 + c] as number) / 127.5 - 1
  }
  const encoded = onlyOutput(await session.run({ frames: { type: 'float32', data, dims: [1, 3, frames.length, height, width] } }), 'latents')
  const shape = encoded.dims as unknown as LatentShape
  const again = await framesOf({ latents: normaliseLatents(encoded.data, shape, pack.manifest.latent), shape })
  return frames.map((frame, f) => difference(frame, again[f] as Uint8Array))
}

const parent = await makeTake({ seed: 3 })
const parentFrames = await framesOf(parent)
const picture = await media.readImage(parent.video, WIDE)
const known = { firstFrame: null, lastFrame: null, parent: null }
const parentOf = (startFrame: number, endFrame: number) => ({ latentsFile: parent.latentsFile, shape: [...parent.shape], regenerate: { startFrame, endFrame } })

describe('given frames', () => {
  it('a first frame is the first frame of the clip, as the codec keeps it', async () => {
    const take = await makeTake({ seed: 11, known: { ...known, firstFrame: parent.video } })
    expect(latentFrame(take, 0)).toEqual(await encodeStill(encoder, picture, WIDE, 'first', pack.manifest))
    // The decoder looks one latent frame ahead, so what comes next shows a little.
    const [kept] = await throughCodec(picture, WIDE)
    expect(difference((await framesOf(take))[0] as Uint8Array, kept)).toBeLessThan(3)
    expect(difference((await framesOf(await makeTake({ seed: 11 })))[0] as Uint8Array, kept)).toBeGreaterThan(8)
  })

  it('a last frame is where the clip ends', async () => {
    const take = await makeTake({ seed: 12, known: { ...known, lastFrame: parent.video } })
    expect(latentFrame(take, 4)).toEqual(await encodeStill(encoder, picture, WIDE, 'later', pack.manifest))
    const [, kept] = await throughCodec(picture, WIDE)
    expect(difference((await framesOf(take)).at(-1) as Uint8Array, kept)).toBeLessThan(3)
  })

  it('a bridge keeps both ends and makes what is between', async () => {
    const take = await makeTake({ seed: 13, known: { ...known, firstFrame: parent.video, lastFrame: parent.video } })
    const frames = await framesOf(take)
    const [first, last] = await throughCodec(picture, WIDE)
    expect(difference(frames[0] as Uint8Array, first)).toBeLessThan(3)
    expect(difference(frames.at(-1) as Uint8Array, last)).toBeLessThan(3)
    expect(latentFrame(take, 2)).not.toEqual(latentFrame(parent, 2))
  })
})

describe('a part of a take made anew', () => {
  it('leaves the latents outside to the bit, and the frames outside closer than the codec could keep them', async () => {
    const take = await makeTake({ seed: 14, known: { ...known, parent: parentOf(5, 9) } })
    for (const frame of [0, 1, 3, 4]) expect(latentFrame(take, frame)).toEqual(latentFrame(parent, frame))
    expect(latentFrame(take, 2)).not.toEqual(latentFrame(parent, 2))
    const [frames, loss] = [await framesOf(take), await codecLoss(parentFrames, WIDE)]
    const outside = frames.flatMap((frame, f) => (f >= 5 && f < 9 ? [] : [{ changed: difference(frame, parentFrames[f] as Uint8Array), lost: loss[f] as number }]))
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(outside.map(({ changed }) => changed))).toBeLessThan(mean(outside.map(({ lost }) => lost)))
  })

  it('goes on after the end of a take, with its frames untouched', async () => {
    const take = await makeTake({ seed: 15, frameCount: 33, known: { ...known, parent: parentOf(17, 33) } })
    expect(take.shape[2]).toBe(9)
    for (let frame = 0; frame < 5; frame++) expect(latentFrame(take, frame)).toEqual(latentFrame(parent, frame))
    const frames = await framesOf(take)
    // No jump where the new part starts: less than half of what another scene would be.
    const other = (await framesOf(await makeTake({ seed: 15, prompt: 'wide shot, a white house in the snow at night, clear sky' })))[0] as Uint8Array
    expect(difference(frames[17] as Uint8Array, frames[16] as Uint8Array)).toBeLessThan(difference(other, frames[16] as Uint8Array) / 2)
  })
})

describe('shapes and lengths', () => {
  it.each(pack.manifest.sizes.map(({ width, height }) => ({ width, height })))('starts a clip of $width x $height on a given picture', async (frameSize) => {
    const take = await makeTake({ seed: 16, frameSize, steps: 3, known: { ...known, firstFrame: parent.video } })
    const cropped = await media.readImage(parent.video, frameSize)
    expect(latentFrame(take, 0)).toEqual(await encodeStill(encoder, cropped, frameSize, 'first', pack.manifest))
  })

  it('makes 49 frames from a given first one, all of them pictures', async () => {
    const take = await makeTake({ seed: 17, frameCount: 49, known: { ...known, firstFrame: parent.video } })
    const frames = await framesOf(take)
    expect(frames).toHaveLength(49)
    const inside = roughness(picture, WIDE)
    expect(Math.max(...frames.map((frame) => roughness(frame, WIDE)))).toBeLessThan(inside * 4)
  })
})

/** Mean squared difference of pixels from their neighbours' mean: confetti has much of it, pictures little. */
function roughness(frame: Uint8Array, { width, height }: FrameSize): number {
  let sum = 0
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (dx: number, dy: number) => frame[((y + dy) * width + x + dx) * 3 + c] as number
        sum += (at(0, 0) - (at(-1, 0) + at(1, 0) + at(0, -1) + at(0, 1)) / 4) ** 2
      }
    }
  }
  return sum / ((width - 2) * (height - 2) * 3)
}

describe('words', () => {
  it('draws pictures, not confetti, for words it does not know', async () => {
    const roughest = async (prompt: string) => {
      const frames = await framesOf(await makeTake({ prompt, seed: 18, steps: 6 }))
      return Math.max(...frames.map((frame) => roughness(frame, WIDE)))
    }
    const known: number[] = []
    for (const prompt of ['wide shot, a blue robot in a city at night, clear sky', 'close-up, a yellow dog in a forest at day, clear sky', 'medium shot, a red boat on a beach at sunset']) known.push(await roughest(prompt))
    for (const prompt of ['xqzzy', 'a neon dragon devours cyberpunk spaghetti, volumetric']) expect(await roughest(prompt)).toBeLessThan(Math.max(...known) * 1.5)
  }, 60_000)

  it.each([
    ['Portuguese', 'um carro vermelho na praia ao pôr do sol'],
    ['Chinese', '日落时海滩上的一辆红色汽车'],
    ['English synonyms', 'a crimson taxi on the shore at dusk'],
  ])('reads %s as it reads English', async (_, prompt) => {
    const english = await compiled('a red car on a beach at sunset')
    expect(english).toEqual({ words: ['beach', 'car', 'red', 'sunset'], unknown: [] })
    expect(await compiled(prompt)).toEqual(english)
  })
})

const SMALL_WORDS = new Set(['a', 'an', 'the', 'on', 'in', 'at', 'of', 'by'])

/** Known words of substance, in alphabetical order: languages order them differently. */
async function compiled(prompt: string): Promise<{ words: string[]; unknown: readonly string[] }> {
  const { manifest } = pack
  const result = compilePrompt({
    shot: { prompt, negativePrompt: '', shotSize: null, angle: null, camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, lensMm: 35 },
    project: { styleLine: '' },
    pack: { packId: manifest.id, promptDialect: manifest.promptDialect, knownWords: await loadLexicon(pack.files.lexicon as string), abilities: manifest.abilities, camera: manifest.camera.kind },
  })
  return { words: result.prompt.split(/[\s,]+/u).filter((word) => word !== '' && !SMALL_WORDS.has(word)).sort(), unknown: result.unknownWords }
}

describe('the files', () => {
  it('weigh 40 MB at most and are the ones that the manifest names', () => {
    const components = Object.values(pack.manifest.components).filter((component) => component !== undefined)
    for (const { file, bytes, sha256 } of components) {
      expect(createHash('sha256').update(readFileSync(join(FOLDER, file))).digest('hex')).toBe(sha256)
      expect(statSync(join(FOLDER, file)).size).toBe(bytes)
    }
    expect(readdirSync(FOLDER).reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0)).toBeLessThanOrEqual(40e6)
    expect(readdirSync(FOLDER).sort()).toEqual([...components.map(({ file }) => file), 'pack.json'].sort())
  })

  it('say how they were made', () => {
    expect(pack.manifest.provenance).toMatchObject({ recipe: 'models/training/previz', recipeVersion: pack.manifest.version })
  })
})
