/** Tiled decoding and encoding: equal to diffusers' tiles, no seams, and no more in memory than promised. */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Session, Tensor } from '#engine/inference/inference-port.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import type { GraphName } from '#engine/pipelines/model-store.ts'
import { decodeInTiles, encodeInTiles, tileCount, toByte } from '#engine/pipelines/vae-tiles.ts'
import type { PixelClip, VaeTiles } from '#engine/pipelines/vae-tiles.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { largestDifference, packFolder, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

const EMBEDDED = join(import.meta.dirname, '../../models/packs/previz')
const models = createModelStore(createOnnxRuntime())
const verifier = createPackVerifier()
afterAll(() => models.clear())

async function open(folder: string, graph: GraphName): Promise<Session> {
  return models.acquire(await verifier.verify(folder), graph, 'cpu')
}

/** One run of a VAE graph; `shapes` collects what it was asked for. */
function runOf(session: Session, input: 'latents' | 'frames', output: 'latents' | 'frames', shapes: LatentShape[] = []) {
  return async (data: Float32Array, shape: LatentShape): Promise<Float32Array> => {
    shapes.push(shape)
    const outputs = await session.run({ [input]: { type: 'float32', data, dims: shape } })
    return (outputs[output] as Tensor).data as Float32Array
  }
}

interface GoldenTiles {
  readonly decode: readonly { readonly pack: string; readonly tiles: VaeTiles; readonly latents: GoldenTensor; readonly keptFrames: readonly number[]; readonly frames: GoldenTensor }[]
  readonly encode: readonly { readonly pack: string; readonly tiles: VaeTiles; readonly frames: GoldenTensor; readonly mode: GoldenTensor }[]
}

const golden = readGolden<GoldenTiles>('vae-tiles')

describe('tiles against diffusers', () => {
  it.each(golden.body.decode.map((value, index) => ({ ...value, index })))('decodes as tiled_decode of $pack in tiles of $tiles.size every $tiles.stride (case $index)', async (expected) => {
    const shape = expected.latents.shape as unknown as LatentShape
    const frameCount = (shape[2] - 1) * 4 + 1
    const spatialCompression = expected.pack === 'tiny-ti2v' ? 16 : 8
    const clip = await decodeInTiles(golden.tensor(expected.latents), shape, frameCount, spatialCompression, expected.tiles, runOf(await open(packFolder(expected.pack), 'vaeDecoder'), 'latents', 'frames'))
    const reference = golden.tensor(expected.frames)
    const difference = meanDifference(planar(clip, expected.keptFrames), reference.map(toByte))
    // In 8-bit levels. The pack's graph clamps before the blend, diffusers after it; with patches diffusers also blends pairs
    // of pixels by one weight.
    expect(difference).toBeLessThan(spatialCompression === 8 ? 0.2 : 1)
  })

  it('encodes as tiled_encode', async () => {
    for (const { pack, tiles, frames, mode } of golden.body.encode) {
      const latents = await encodeInTiles(golden.tensor(frames), frames.shape as unknown as LatentShape, mode.shape as unknown as LatentShape, 8, tiles, runOf(await open(packFolder(pack), 'vaeEncoder'), 'frames', 'latents'))
      expect(largestDifference(latents, golden.tensor(mode))).toBeLessThan(5e-4)
    }
  })
})

describe('seams', () => {
  /** Latents of a drawn scene, so that the decoder shows what it was trained for. */
  async function sceneLatents(folder: string, width: number, height: number, spatialCompression: number, channels: number): Promise<{ latents: Float32Array; shape: LatentShape }> {
    const frames = new Float32Array(3 * 9 * width * height)
    for (let channel = 0; channel < 3; channel++) {
      for (let frame = 0; frame < 9; frame++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const isBall = (x - 30 - 6 * frame) ** 2 + (y - height / 2) ** 2 < 220
            frames[((channel * 9 + frame) * height + y) * width + x] = isBall ? [0.8, -0.5, -0.6][channel] as number : (y / height) * 1.2 - 0.6 + 0.1 * channel
          }
        }
      }
    }
    const session = await open(folder, 'vaeEncoder')
    const { latents } = await session.run({ frames: { type: 'float32', data: frames, dims: [1, 3, 9, height, width] } })
    return { latents: (latents as Tensor).data as Float32Array, shape: [1, channels, 3, height / spatialCompression, width / spatialCompression] }
  }

  async function decodeBoth(folder: string, latents: Float32Array, shape: LatentShape, spatialCompression: number, tiles: VaeTiles): Promise<{ whole: PixelClip; tiled: PixelClip }> {
    const run = runOf(await open(folder, 'vaeDecoder'), 'latents', 'frames')
    const frameCount = (shape[2] - 1) * 4 + 1
    return {
      whole: await decodeInTiles(latents, shape, frameCount, spatialCompression, { size: 4096, stride: 4096 }, run),
      tiled: await decodeInTiles(latents, shape, frameCount, spatialCompression, tiles, run),
    }
  }

  it('cannot be seen on the embedded pack: 35 dB to the whole decode, and no steeper at the joins than it', async () => {
    const tiles = { size: 96, stride: 64 }
    const { latents, shape } = await sceneLatents(EMBEDDED, 192, 160, 8, 24)
    const { whole, tiled } = await decodeBoth(EMBEDDED, latents, shape, 8, tiles)
    expect(psnr(whole, tiled)).toBeGreaterThan(35)
    expect(seamEnergy(tiled, tiles) / seamEnergy(whole, tiles)).toBeLessThan(1.1)
  })

  it('are not steeper than the picture elsewhere on the tiny Wan VAE, whose random weights look far around themselves', async () => {
    const tiles = { size: 64, stride: 32 }
    const { latents, shape } = await sceneLatents(packFolder('tiny-wan'), 128, 96, 8, 16)
    const { tiled } = await decodeBoth(packFolder('tiny-wan'), latents, shape, 8, tiles)
    expect(seamEnergy(tiled, tiles) / seamEnergy(tiled, { size: 0, stride: 32 - 13 })).toBeLessThan(1.15)
    // The measure sees a seam: the same tiles without overlap have one.
    const { tiled: butted } = await decodeBoth(packFolder('tiny-wan'), latents, shape, 8, { size: 32, stride: 32 })
    expect(seamEnergy(butted, tiles) / seamEnergy(butted, { size: 0, stride: 32 - 13 })).toBeGreaterThan(1.3)
  })
})

describe('the way through the tiles', () => {
  it('asks for no tile larger than told, and for each part once', async () => {
    const shapes: LatentShape[] = []
    const run = async (_: Float32Array, shape: LatentShape): Promise<Float32Array> => {
      shapes.push(shape)
      return new Float32Array(elementCount([3, 5, shape[3] * 8, shape[4] * 8]))
    }
    const tiles = { size: 32, stride: 24 }
    await decodeInTiles(new Float32Array(elementCount([1, 2, 2, 7, 5])), [1, 2, 2, 7, 5], 5, 8, tiles, run)
    expect(shapes.map(([, , , height, width]) => [height, width])).toEqual([[4, 4], [4, 2], [4, 4], [4, 2], [1, 4], [1, 2]])
    expect(tileCount({ width: 40, height: 56 }, tiles)).toBe(6)
  })

  it('keeps a constant picture constant, across every join', async () => {
    const run = async (_: Float32Array, [, , , height, width]: LatentShape): Promise<Float32Array> => new Float32Array(3 * 5 * height * 8 * width * 8).fill(0.25)
    const { pixels } = await decodeInTiles(new Float32Array(elementCount([1, 1, 2, 9, 11])), [1, 1, 2, 9, 11], 5, 8, { size: 32, stride: 24 }, run)
    expect(new Set(pixels)).toEqual(new Set([toByte(0.25)]))
  })

  it('refuses a graph that gives tiles of another size', async () => {
    await expect(decodeInTiles(new Float32Array(8), [1, 1, 2, 2, 2], 5, 8, { size: 16, stride: 8 }, async () => new Float32Array(3))).rejects.toThrow('3 elements')
  })
})

/** The frames named, as [3, frames, H, W], like the golden tensor. */
function planar({ pixels, frameSize: { width, height } }: PixelClip, frames: readonly number[]): Float32Array {
  const plane = width * height
  return Float32Array.from({ length: 3 * frames.length * plane }, (_, i) => {
    const channel = Math.floor(i / (frames.length * plane))
    const frame = frames[Math.floor(i / plane) % frames.length] as number
    return pixels[(frame * plane + (i % plane)) * 3 + channel] as number
  })
}

function meanDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length)
  let sum = 0
  for (let i = 0; i < actual.length; i++) sum += Math.abs((actual[i] as number) - (expected[i] as number))
  return sum / actual.length
}

function psnr({ pixels: a }: PixelClip, { pixels: b }: PixelClip): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2
  return 10 * Math.log10(255 ** 2 / (sum / a.length))
}

/** Mean step of brightness across the columns and rows where a tile begins. */
function seamEnergy({ pixels, frameCount, frameSize: { width, height } }: PixelClip, { stride }: VaeTiles): number {
  let sum = 0
  let count = 0
  const at = (frame: number, y: number, x: number): number => pixels[((frame * height + y) * width + x) * 3 + 1] as number
  for (let frame = 0; frame < frameCount; frame++) {
    for (let x = stride; x < width; x += stride) for (let y = 0; y < height; y++, count++) sum += Math.abs(at(frame, y, x) - at(frame, y, x - 1))
    for (let y = stride; y < height; y += stride) for (let x = 0; x < width; x++, count++) sum += Math.abs(at(frame, y, x) - at(frame, y - 1, x))
  }
  return sum / count
}
