/** Pictures into latents and latents into pictures, through a pack's VAE graphs. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import type { FrameSize } from '#core/document/schema.ts'
import type { Session } from '../inference/inference-port.ts'
import type { Rgb24 } from '../media-port.ts'
import { copyFrame, elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { onlyOutput, wrongShape } from './graph-output.ts'
import { denormaliseLatents, normaliseLatents } from './normalisation.ts'

/** float32 [1, 3, F, H, W] as the decoder gave it: values may lie outside [-1, 1]. */
export interface DecodedClip {
  readonly data: Float32Array
  readonly frameCount: number
  readonly frameSize: FrameSize
}

/** The frames of a finished clip. */
export async function decodeClip(job: GenerationJob, plan: GenerationPlan, latents: Float32Array): Promise<DecodedClip> {
  return decodeLatents(await job.open('vaeDecoder'), latents, plan.shape, job.pack.manifest)
}

/** Normalised latents [1, C, F', H', W'] -> frames. */
export async function decodeLatents(session: Session, latents: Float32Array, shape: LatentShape, pack: PackManifest): Promise<DecodedClip> {
  const outputs = await session.run({ latents: { type: 'float32', data: denormaliseLatents(latents, shape, pack.latent), dims: shape } })
  const frames = onlyOutput(outputs, 'frames')
  const [, , frameCount = 0, height = 0, width = 0] = frames.dims
  const expected = (shape[2] - 1) * pack.latent.temporalCompression + 1
  if (frameCount !== expected) throw wrongShape(`its decoder gave ${frameCount} frames where ${expected} are due`)
  return { data: frames.data, frameCount, frameSize: { width, height } }
}

/** One frame of a decoded clip as 8-bit pixels: clamped to [-1, 1], rounded to the nearest of 256 levels. */
export function toRgb24(clip: DecodedClip, frame: number): Rgb24 {
  const plane = clip.frameSize.width * clip.frameSize.height
  const pixels = new Uint8Array(plane * 3)
  for (let channel = 0; channel < 3; channel++) {
    const start = (channel * clip.frameCount + frame) * plane
    for (let i = 0; i < plane; i++) {
      const value = Math.min(1, Math.max(-1, clip.data[start + i] as number))
      pixels[i * 3 + channel] = Math.round((value * 0.5 + 0.5) * 255)
    }
  }
  return pixels
}

/** Where a still stands in a clip; the VAE is causal, so the first latent frame is unlike the others. */
export type StillPlace = 'first' | 'later'

/**
 * A still -> one normalised latent frame, [1, C, 1, H', W'].
 * It is encoded as a motionless clip of one latent frame more than the first: so graphs whose frames start at two latent
 * frames take it, `first` is what the picture alone would give (the VAE is causal), and `later` covers t frames at rest.
 */
export async function encodeStill(session: Session, picture: Rgb24, frameSize: FrameSize, place: StillPlace, pack: PackManifest): Promise<Float32Array> {
  const { temporalCompression, spatialCompression, channels } = pack.latent
  const frameCount = temporalCompression + 1
  const data = repeatPicture(picture, frameSize, frameCount)
  const outputs = await session.run({ frames: { type: 'float32', data, dims: [1, 3, frameCount, frameSize.height, frameSize.width] } })
  const shape: LatentShape = [1, channels, 2, frameSize.height / spatialCompression, frameSize.width / spatialCompression]
  const encoded = onlyOutput(outputs, 'latents')
  if (encoded.data.length !== elementCount(shape)) throw wrongShape(`its encoder gave ${encoded.dims.join(' x ')} where ${shape.join(' x ')} is due`)
  const normalised = normaliseLatents(encoded.data, shape, pack.latent)
  const frameShape: LatentShape = [1, channels, 1, shape[3], shape[4]]
  const frame = new Float32Array(elementCount(frameShape))
  copyFrame(normalised, shape, place === 'first' ? 0 : 1, frame, frameShape, 0)
  return frame
}

function repeatPicture(picture: Rgb24, { width, height }: FrameSize, frameCount: number): Float32Array {
  const plane = width * height
  const data = new Float32Array(3 * frameCount * plane)
  for (let channel = 0; channel < 3; channel++) {
    const first = data.subarray(channel * frameCount * plane, channel * frameCount * plane + plane)
    for (let i = 0; i < plane; i++) first[i] = (picture[i * 3 + channel] as number) / 127.5 - 1
    for (let frame = 1; frame < frameCount; frame++) data.set(first, (channel * frameCount + frame) * plane)
  }
  return data
}
