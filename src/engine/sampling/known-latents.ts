/** Latent frames that are given and not generated: how they enter a sample and come out of it unchanged. */
import { copyFrame, forEachPlane } from './latents.ts'
import type { LatentShape } from './latents.ts'

export interface KnownLatents {
  /** Normalised, in the full shape; frames that the mask leaves out are never read. */
  readonly latents: Float32Array
  /** One entry a latent frame: true where the frame is known. */
  readonly mask: readonly boolean[]
}

/**
 * How a model is told of known frames.
 * - `clean`: it takes a timestep a frame; known frames are shown as they are, at timestep 0.
 * - `noised`: it takes one timestep a clip; known frames are shown with the noise of the step's sigma.
 */
export type KnownPresentation = 'clean' | 'noised'

/** Writes the known frames into `sample` as the model must see them at `sigma`. */
export function presentKnown(sample: Float32Array, known: KnownLatents, shape: LatentShape, presentation: KnownPresentation, sigma: number, noise: Float32Array): void {
  if (presentation === 'clean') return restoreKnown(sample, known, shape)
  for (const [frame, isKnown] of known.mask.entries()) {
    if (!isKnown) continue
    forEachPlane(shape, frame, (start, end) => {
      for (let e = start; e < end; e++) sample[e] = (1 - sigma) * (known.latents[e] as number) + sigma * (noise[e] as number)
    })
  }
}

/** Puts the known frames back, bit for bit. */
export function restoreKnown(sample: Float32Array, known: KnownLatents, shape: LatentShape): void {
  for (const [frame, isKnown] of known.mask.entries()) {
    if (isKnown) copyFrame(known.latents, shape, frame, sample, shape, frame)
  }
}
