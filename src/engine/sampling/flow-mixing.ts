/** How flow matching mixes clip and noise: x = (1 - sigma) x0 + sigma noise, and velocity = noise - x0. */
import type { Solver } from './solver.ts'

export function flowMixing(sigmas: readonly number[]): Pick<Solver, 'addNoise' | 'estimate'> {
  return {
    addNoise(x0, noise, index) {
      const sigma = sigmas[index] as number
      const mixed = new Float32Array(x0.length)
      for (let element = 0; element < mixed.length; element++) mixed[element] = (1 - sigma) * (x0[element] as number) + sigma * (noise[element] as number)
      return mixed
    },
    estimate(index, velocity, sample) {
      const sigma = sigmas[index] as number
      const clip = new Float32Array(sample.length)
      for (let element = 0; element < clip.length; element++) clip[element] = (sample[element] as number) - sigma * (velocity[element] as number)
      return clip
    },
  }
}
