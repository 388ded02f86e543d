/** What tiles cost: the same latents decoded whole and in tiles that overlap. */
import { join } from 'node:path'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import { decodeInTiles } from '#engine/pipelines/vae-tiles.ts'
import type { RunTile, VaeTiles } from '#engine/pipelines/vae-tiles.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import { PACK } from '../previz/held-out.ts'
import type { Figure } from '../bench/statistics.ts'

const SHAPE: LatentShape = [1, 24, 5, 24, 40]
const WHOLE: VaeTiles = { size: 4096, stride: 4096 }
/** The proportions of 256 every 192 at 832 x 480. */
const TILES: VaeTiles = { size: 96, stride: 72 }

export async function measureTiles(rounds: number): Promise<readonly Figure[]> {
  const session = await createOnnxRuntime().createSession(join(PACK, 'vae_decoder.onnx'), 'cpu')
  const latents = Float32Array.from({ length: elementCount(SHAPE) }, (_, i) => Math.sin(i * 0.37))
  const run: RunTile = async (data, dims) => {
    const { frames } = await session.run({ latents: { type: 'float32', data, dims } })
    return frames?.data as Float32Array
  }
  const decode = async (tiles: VaeTiles): Promise<number> => {
    const startedAt = performance.now()
    await decodeInTiles(latents, SHAPE, 17, 8, tiles, run)
    return performance.now() - startedAt
  }
  const ratios: number[] = []
  try {
    await decode(WHOLE)
    for (let round = 0; round < rounds; round++) {
      const whole = await decode(WHOLE)
      ratios.push(await decode(TILES) / whole)
    }
  } finally {
    await session.dispose()
  }
  const pixels = (320 * 192) / 1e3
  return [{ name: 'tiled / whole decode, 320 x 192 x 17 in tiles of 96', values: ratios, unit: '', target: null, note: `${pixels.toFixed(0)} kpixels a frame; overlaps alone are ${overlap().toFixed(2)} times the work` }]
}

/** Pixels decoded for each pixel kept. */
function overlap(): number {
  const lengths = (edge: number): number => {
    let sum = 0
    for (let start = 0; start < edge; start += TILES.stride) sum += Math.min(TILES.size, edge - start)
    return sum / edge
  }
  return lengths(320) * lengths(192)
}
