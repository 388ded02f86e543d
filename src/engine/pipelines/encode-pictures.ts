/** Pictures of a running generation -> latents, through the pack's encoder and in the job's tiles. */
import type { Rgb24 } from '../media-port.ts'
import type { LatentShape } from '../sampling/latents.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { encodeFrames, encodeStill } from './vae.ts'
import type { StillPlace } from './vae.ts'

type EncodingJob = Pick<GenerationJob, 'open' | 'pack' | 'vaeTiles'>

/** One normalised latent frame, [1, C, 1, H', W']. */
export async function encodePicture(job: EncodingJob, plan: GenerationPlan, picture: Rgb24, place: StillPlace): Promise<Float32Array> {
  return encodeStill(await job.open('vaeEncoder'), picture, plan.frameSize, place, job.pack.manifest, job.vaeTiles)
}

/** t k + 1 pictures -> normalised latents [1, C, k + 1, H', W']. A single one is encoded as a still. */
export async function encodePictures(job: EncodingJob, plan: GenerationPlan, pictures: readonly Rgb24[]): Promise<{ readonly latents: Float32Array; readonly shape: LatentShape }> {
  const { temporalCompression } = job.pack.manifest.latent
  const [, channels, , height, width] = plan.shape
  const shape: LatentShape = [1, channels, (pictures.length - 1) / temporalCompression + 1, height, width]
  if (pictures.length === 1) return { latents: await encodePicture(job, plan, pictures[0] as Rgb24, 'first'), shape }
  const frameShape: LatentShape = [1, 3, pictures.length, plan.frameSize.height, plan.frameSize.width]
  return { latents: await encodeFrames(await job.open('vaeEncoder'), planesOf(pictures, plan), frameShape, job.pack.manifest, job.vaeTiles), shape }
}

/** 8-bit pixels -> [1, 3, F, H, W] in [-1, 1]. */
function planesOf(pictures: readonly Rgb24[], { frameSize: { width, height } }: GenerationPlan): Float32Array {
  const plane = width * height
  const data = new Float32Array(3 * pictures.length * plane)
  for (const [frame, picture] of pictures.entries()) {
    for (let channel = 0; channel < 3; channel++) {
      const start = (channel * pictures.length + frame) * plane
      for (let i = 0; i < plane; i++) data[start + i] = (picture[i * 3 + channel] as number) / 127.5 - 1
    }
  }
  return data
}
