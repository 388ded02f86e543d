/** What tests of finished takes look at: their latents, frame by frame, and their pictures beside the reference's. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import type { MediaTools } from '#engine/media-port.ts'
import { toRgb24 } from '#engine/pipelines/vae.ts'
import { elementCount, forEachPlane } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { temporaryFolder } from './pack-copy.ts'

export async function latentsOf({ outputFolder }: GenerateRequest, { latents: { shape } }: GenerateResult): Promise<Float32Array> {
  const latents = new Float32Array(new Uint8Array(readFileSync(join(outputFolder, 'latents.bin'))).buffer)
  if (latents.length !== elementCount(shape)) throw new RangeError(`${latents.length} values for ${shape.join(' x ')}`)
  return latents
}

/** Of each latent frame, whether both clips hold the same bits. */
export function sameLatentFrames(a: Float32Array, b: Float32Array, shape: LatentShape): boolean[] {
  return Array.from({ length: shape[2] }, (_, frame) => {
    let isSame = true
    forEachPlane(shape, frame, (start, end) => {
      for (let e = start; e < end; e++) isSame &&= Object.is(a[e], b[e])
    })
    return isSame
  })
}

/** Mean difference, in 8-bit levels, of a take's video and one of frames [1, 3, F, H, W] in -1 … 1 that was written likewise: so the codec's loss is in both. */
export async function pictureDifference(media: Pick<MediaTools, 'readVideoFrames' | 'writeVideo'>, { outputFolder }: GenerateRequest, { frameRate }: GenerateResult, frames: Float32Array, shape: readonly number[]): Promise<number> {
  const [, , frameCount = 0, height = 0, width = 0] = shape
  const clip = { data: frames, frameCount, frameSize: { width, height } }
  const file = join(temporaryFolder(), 'reference.mp4')
  async function* pictures(): AsyncGenerator<Uint8Array> {
    for (let frame = 0; frame < frameCount; frame++) yield toRgb24(clip, frame)
  }
  await media.writeVideo({ file, frameSize: clip.frameSize, frameRate }, pictures(), new AbortController().signal)
  const [made, expected] = [await bytesOf(media, join(outputFolder, 'video.mp4')), await bytesOf(media, file)]
  return made.length === expected.length ? made.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] as number)), 0) / made.length : Number.POSITIVE_INFINITY
}

async function bytesOf(media: Pick<MediaTools, 'readVideoFrames'>, file: string): Promise<Uint8Array> {
  const frames: Uint8Array[] = []
  for await (const frame of media.readVideoFrames(file)) frames.push(frame)
  return Buffer.concat(frames)
}
