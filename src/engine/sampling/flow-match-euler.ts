/** The flow-matching Euler solver, with the sigma grid of diffusers' FlowMatchEulerDiscreteScheduler (static shift). */
import { dynamicSigmas } from './dynamic-shift.ts'
import { flowMixing } from './flow-mixing.ts'
import { linspace, shiftSigma, toTimesteps, TRAIN_TIMESTEPS } from './sigmas.ts'
import type { Solver, SolverRequest } from './solver.ts'

/** x += (sigma_next - sigma) velocity. */
export function flowMatchEuler(request: SolverRequest): Solver {
  const sigmas = [...eulerSigmas(request), 0]
  return {
    sigmas,
    timesteps: toTimesteps(sigmas.slice(0, -1)),
    step(index, velocity, sample) {
      const distance = (sigmas[index + 1] as number) - (sigmas[index] as number)
      const next = new Float32Array(sample.length)
      for (let element = 0; element < next.length; element++) next[element] = (sample[element] as number) + distance * (velocity[element] as number)
      return next
    },
    ...flowMixing(sigmas),
    save: () => [],
    restore: () => undefined,
  }
}

/** The trained grid runs between the *already shifted* ends and is shifted again: packs were tuned with that, so it is kept. */
function eulerSigmas({ steps, shift, timesteps, spacing, dynamicShift }: SolverRequest): number[] {
  if (timesteps !== undefined) return timesteps.map((timestep) => timestep / TRAIN_TIMESTEPS)
  if (dynamicShift !== undefined) return dynamicSigmas(steps, dynamicShift)
  if (spacing === 'uniform') return linspace(1, 0, steps + 1).slice(0, -1).map((sigma) => shiftSigma(sigma, shift))
  const last = shiftSigma(1 / TRAIN_TIMESTEPS, shift)
  return linspace(1, last, steps).map((sigma) => shiftSigma(sigma, shift))
}
