/** Latent frames that are given and not generated: what masks of known frames do to a sample and to a velocity. */
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
  forEachKnownPlane(known, shape, (start, end) => {
    for (let e = start; e < end; e++) {
      const clean = known.latents[e] as number
      sample[e] = presentation === 'clean' ? clean : (1 - sigma) * clean + sigma * (noise[e] as number)
    }
  })
}

/**
 * Puts the exact velocity of known frames in place of the predicted one, so that a multistep solver remembers the true
 * x0 there: 0 for a clean frame, noise - x0 for a noised one.
 */
export function correctVelocity(velocity: Float32Array, known: KnownLatents, shape: LatentShape, presentation: KnownPresentation, noise: Float32Array): void {
  forEachKnownPlane(known, shape, (start, end) => {
    for (let e = start; e < end; e++) {
      velocity[e] = presentation === 'clean' ? 0 : (noise[e] as number) - (known.latents[e] as number)
    }
  })
}

/** Puts the known frames back, bit for bit. */
export function restoreKnown(sample: Float32Array, known: KnownLatents, shape: LatentShape): void {
  for (const [frame, isKnown] of known.mask.entries()) {
    if (isKnown) copyFrame(known.latents, shape, frame, sample, shape, frame)
  }
}

function forEachKnownPlane(known: KnownLatents, shape: LatentShape, visit: (start: number, end: number) => void): void {
  for (const [frame, isKnown] of known.mask.entries()) {
    if (isKnown) forEachPlane(shape, frame, visit)
  }
}
