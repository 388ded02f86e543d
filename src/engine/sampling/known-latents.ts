/** Latent frames that are given and not generated: how they enter a sample and come out of it unchanged. */
import { copyFrame } from './latents.ts'
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
 * - `noised`: it takes one timestep a clip; known frames are shown with as much noise as the step begins with.
 */
export type KnownPresentation = 'clean' | 'noised'

/** Writes the known frames into `sample` as the model must see them at a step; `noised` mixes a clip with noise as the step's solver does. */
export function presentKnown(sample: Float32Array, known: KnownLatents, shape: LatentShape, presentation: KnownPresentation, noised: (clip: Float32Array) => Float32Array): void {
  const shown = presentation === 'clean' ? known.latents : noised(known.latents)
  restoreKnown(sample, { latents: shown, mask: known.mask }, shape)
}

/** Puts the known frames back, bit for bit. */
export function restoreKnown(sample: Float32Array, known: KnownLatents, shape: LatentShape): void {
  for (const [frame, isKnown] of known.mask.entries()) {
    if (isKnown) copyFrame(known.latents, shape, frame, sample, shape, frame)
  }
}
