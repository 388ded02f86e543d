/** Pictures into latents and latents into pictures, through a pack's VAE graphs. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import type { FrameSize } from '#core/document/schema.ts'
import type { Session, Tensor } from '../inference/inference-port.ts'
import type { Rgb24 } from '../media-port.ts'
import { copyFrame, elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { onlyOutput, wrongShape } from './graph-output.ts'
import { denormaliseLatents, normaliseLatents } from './normalisation.ts'
import { decodeInTiles, encodeInTiles, tileCount, toByte } from './vae-tiles.ts'
import type { PixelClip, VaeTiles } from './vae-tiles.ts'

/** float32 [1, 3, F, H, W] as the decoder gave it: values may lie outside [-1, 1]. */
export interface WholeClip {
  readonly data: Float32Array
  readonly frameCount: number
  readonly frameSize: FrameSize
}

/** A clip that was decoded whole, or one that came tile by tile; `toRgb24` reads both. */
export type DecodedClip = WholeClip | PixelClip

/** The frames of a finished clip. */
export async function decodeClip(job: GenerationJob, plan: GenerationPlan, latents: Float32Array): Promise<DecodedClip> {
  return decodeFrames(job, plan, denormaliseLatents(latents, plan.shape, job.pack.manifest.latent))
}

/** Latents as the decoder takes them (not normalised) -> frames, whole or in the job's tiles. `feeds`: further inputs of the graph. */
export async function decodeFrames(job: GenerationJob, plan: GenerationPlan, latents: Float32Array, feeds: Readonly<Record<string, Tensor>> = {}): Promise<DecodedClip> {
  const { pack: { manifest }, vaeTiles, signal, progress } = job
  const session = await job.open('vaeDecoder')
  if (vaeTiles === null) return runDecoder(session, latents, plan.shape, manifest, feeds)
  progress.begin('decoding', tileCount(plan.frameSize, vaeTiles))
  return decodeInTiles(latents, plan.shape, plan.frameCount, manifest.latent.spatialCompression, vaeTiles, async (tile, shape) => {
    throwIfCancelled(signal)
    const { data } = await runDecoder(session, tile, shape, manifest, feeds)
    progress.advance()
    return data
  })
}

/** Normalised latents [1, C, F', H', W'] -> frames, whole. */
export async function decodeLatents(session: Session, latents: Float32Array, shape: LatentShape, pack: PackManifest): Promise<WholeClip> {
  return runDecoder(session, denormaliseLatents(latents, shape, pack.latent), shape, pack, {})
}

async function runDecoder(session: Session, latents: Float32Array, shape: LatentShape, pack: PackManifest, feeds: Readonly<Record<string, Tensor>>): Promise<WholeClip> {
  const outputs = await session.run({ latents: { type: 'float32', data: latents, dims: shape }, ...noisiness(pack), ...feeds })
  const frames = onlyOutput(outputs, 'frames')
  const [, , frameCount = 0, height = 0, width = 0] = frames.dims
  const expected = (shape[2] - 1) * pack.latent.temporalCompression + 1
  if (frameCount !== expected) throw wrongShape(`its decoder gave ${frameCount} frames where ${expected} are due`)
  return { data: frames.data, frameCount, frameSize: { width, height } }
}

/** For decoders that are told how noisy their latents are. */
function noisiness({ decode }: PackManifest): Readonly<Record<string, Tensor>> {
  return decode === undefined ? {} : { timestep: { type: 'float32', data: Float32Array.of(decode.timestep), dims: [1] } }
}

/** One frame of a decoded clip as 8-bit pixels: clamped to [-1, 1], rounded to the nearest of 256 levels. */
export function toRgb24(clip: DecodedClip, frame: number): Rgb24 {
  const plane = clip.frameSize.width * clip.frameSize.height
  if ('pixels' in clip) return clip.pixels.subarray(frame * plane * 3, (frame + 1) * plane * 3)
  const pixels = new Uint8Array(plane * 3)
  for (let channel = 0; channel < 3; channel++) {
    const start = (channel * clip.frameCount + frame) * plane
    for (let i = 0; i < plane; i++) {
      pixels[i * 3 + channel] = toByte(clip.data[start + i] as number)
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
export async function encodeStill(session: Session, picture: Rgb24, frameSize: FrameSize, place: StillPlace, pack: PackManifest, tiles: VaeTiles | null = null): Promise<Float32Array> {
  const { temporalCompression, spatialCompression, channels } = pack.latent
  const frameCount = temporalCompression + 1
  const data = repeatPicture(picture, frameSize, frameCount)
  const shape: LatentShape = [1, channels, 2, frameSize.height / spatialCompression, frameSize.width / spatialCompression]
  const normalised = await encodeFrames(session, data, [1, 3, frameCount, frameSize.height, frameSize.width], pack, tiles)
  const frameShape: LatentShape = [1, channels, 1, shape[3], shape[4]]
  const frame = new Float32Array(elementCount(frameShape))
  copyFrame(normalised, shape, place === 'first' ? 0 : 1, frame, frameShape, 0)
  return frame
}

/** Frames [1, 3, F, H, W] in [-1, 1], F = t k + 1 -> normalised latents [1, C, F', H', W'], whole or in tiles. */
export async function encodeFrames(session: Session, frames: Float32Array, frameShape: LatentShape, pack: PackManifest, tiles: VaeTiles | null = null): Promise<Float32Array> {
  const { temporalCompression, spatialCompression, channels } = pack.latent
  const latentShapeOf = ([, , frameCount, height, width]: LatentShape): LatentShape =>
    [1, channels, (frameCount - 1) / temporalCompression + 1, height / spatialCompression, width / spatialCompression]
  const run = async (data: Float32Array, dims: LatentShape): Promise<Float32Array> => {
    const encoded = onlyOutput(await session.run({ frames: { type: 'float32', data, dims } }), 'latents')
    const due = latentShapeOf(dims)
    if (encoded.data.length !== elementCount(due)) throw wrongShape(`its encoder gave ${encoded.dims.join(' x ')} where ${due.join(' x ')} is due`)
    return encoded.data
  }
  const shape = latentShapeOf(frameShape)
  const latents = tiles === null ? await run(frames, frameShape) : await encodeInTiles(frames, frameShape, shape, spatialCompression, tiles, run)
  return normaliseLatents(latents, shape, pack.latent)
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
