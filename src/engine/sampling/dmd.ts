/**
 * The sampler of models distilled by distribution matching (Yin et al. 2024, "Improved distribution matching distillation for
 * fast image synthesis", section 4.3): every step predicts the clean clip, and fresh noise takes it to the next sigma.
 */
import { flowMixing } from './flow-mixing.ts'
import { shiftSigma, TRAIN_TIMESTEPS } from './sigmas.ts'
import type { Solver, SolverRequest } from './solver.ts'

/** x_next = (1 - sigma_next) (x - sigma velocity) + sigma_next noise; it remembers nothing from step to step. */
export function dmd({ shift, timesteps, noiseFor }: SolverRequest): Solver {
  if (timesteps === undefined || noiseFor === undefined) throw new RangeError('A distilled pack needs the timesteps that it was trained for, and noise for each step.')
  const sigmas = [...timesteps.map((timestep) => nearestSigma(timestep, shift)), 0]
  return {
    sigmas, timesteps,
    step(index, velocity, sample) {
      const sigma = sigmas[index] as number
      const nextSigma = sigmas[index + 1] as number
      const clean = sample.map((value, element) => value - sigma * (velocity[element] as number))
      if (nextSigma === 0) return clean
      const noise = noiseFor(index)
      return clean.map((value, element) => (1 - nextSigma) * value + nextSigma * (noise[element] as number))
    },
    ...flowMixing(sigmas),
    save: () => [],
    restore: () => {},
  }
}

/** The shifted training table holds no sigma of exactly t / 1000: these models were trained with the one nearest to it. */
function nearestSigma(timestep: number, shift: number): number {
  let nearest = 1
  for (let index = 1; index <= TRAIN_TIMESTEPS; index++) {
    const sigma = shiftSigma(index / TRAIN_TIMESTEPS, shift)
    if (Math.abs(sigma * TRAIN_TIMESTEPS - timestep) < Math.abs(nearest * TRAIN_TIMESTEPS - timestep)) nearest = sigma
  }
  return nearest
}
