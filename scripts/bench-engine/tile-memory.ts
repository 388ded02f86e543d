/** What tiles hold of a long clip at full size: measured with a decoder that computes nothing, so that all of it is ours. */
import { decodeInTiles } from '#engine/pipelines/vae-tiles.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { elementCount } from '#engine/sampling/latents.ts'
import type { Figure } from '../bench/statistics.ts'

const FRAMES = 121
const SHAPE: LatentShape = [1, 48, 31, 44, 80]
const SPATIAL = 16

export async function measureMemory(): Promise<readonly Figure[]> {
  const latents = new Float32Array(elementCount(SHAPE))
  const before = process.memoryUsage().rss
  let highest = before
  const { pixels } = await decodeInTiles(latents, SHAPE, FRAMES, SPATIAL, { size: 256, stride: 192 }, async (_, [, , , height, width]) => {
    const tile = new Float32Array(3 * FRAMES * height * SPATIAL * width * SPATIAL).fill(0.5)
    highest = Math.max(highest, process.memoryUsage().rss)
    return tile
  })
  highest = Math.max(highest, process.memoryUsage().rss)
  const whole = (pixels.length * 4) / 1e9
  return [{ name: 'memory of tiling 1280 x 704 x 121 / the clip in float32', values: [(highest - before) / 1e9 / whole], unit: '', target: 1, note: `${((highest - before) / 1e6).toFixed(0)} MB beside the decoder itself; float32 alone is ${(whole * 1e3).toFixed(0)} MB` }]
}
