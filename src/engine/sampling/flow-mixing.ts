/** How flow matching mixes clip and noise: x = (1 - sigma) x0 + sigma noise, and velocity = noise - x0. */
import type { Solver } from './solver.ts'

export function flowMixing(sigmas: readonly number[]): Pick<Solver, 'addNoise' | 'estimate'> {
  return {
    addNoise(x0, noise, index) {
      const sigma = sigmas[index] as number
      return x0.map((value, element) => (1 - sigma) * value + sigma * (noise[element] as number))
    },
    estimate(index, velocity, sample) {
      const sigma = sigmas[index] as number
      return sample.map((value, element) => value - sigma * (velocity[element] as number))
    },
  }
}
