/**
 * The deterministic DDIM solver for models that predict v (Salimans and Ho 2022, "Progressive distillation", appendix D), on the
 * schedule of diffusers' CogVideoXDDIMScheduler: 1000 scaled-linear betas whose signal-to-noise ratio is shifted and then brought
 * to zero at the last one (Lin et al. 2024, "Common diffusion noise schedules and sample steps are flawed").
 *
 * Here x = sqrt(alpha) x0 + sqrt(1 - alpha) noise and v = sqrt(alpha) noise - sqrt(1 - alpha) x0: not what flows mix.
 */
import { TRAIN_TIMESTEPS } from './sigmas.ts'
import type { Solver, SolverRequest } from './solver.ts'

const FIRST_BETA = 0.00085
const LAST_BETA = 0.012

/** `shift` divides the signal-to-noise ratio: alpha -> alpha / (shift + (1 - shift) alpha). It remembers nothing from step to step. */
export function ddim({ steps, shift, timesteps: given }: SolverRequest): Solver {
  if (given !== undefined) throw new RangeError('The timesteps of a DDIM schedule are computed from its steps alone.')
  const alphas = shiftedAlphas(shift)
  const timesteps = trailingTimesteps(steps)
  const stride = Math.floor(TRAIN_TIMESTEPS / steps)
  const alphaOf = (index: number): number => alphas[timesteps[index] as number] as number

  return {
    // What the noise is multiplied by: like a flow's sigma it falls from 1 to 0.
    sigmas: [...timesteps.map((timestep) => Math.sqrt(1 - (alphas[timestep] as number))), 0],
    timesteps,
    step(index, velocity, sample) {
      const alpha = alphaOf(index)
      // The reference steps by whole timesteps, which is not always where the next step begins.
      const next = (timesteps[index] as number) - stride
      const nextAlpha = next >= 0 ? (alphas[next] as number) : 1
      const ofSample = Math.sqrt((1 - nextAlpha) / (1 - alpha))
      const ofX0 = Math.sqrt(nextAlpha) - Math.sqrt(alpha) * ofSample
      const signal = Math.sqrt(alpha), noise = Math.sqrt(1 - alpha)
      return sample.map((value, element) => ofSample * value + ofX0 * (signal * value - noise * (velocity[element] as number)))
    },
    addNoise(x0, noise, index) {
      const alpha = alphaOf(index)
      const ofX0 = Math.sqrt(alpha), ofNoise = Math.sqrt(1 - alpha)
      return x0.map((value, element) => ofX0 * value + ofNoise * (noise[element] as number))
    },
    estimate(index, velocity, sample) {
      const alpha = alphaOf(index)
      const ofSample = Math.sqrt(alpha), ofVelocity = Math.sqrt(1 - alpha)
      return sample.map((value, element) => ofSample * value - ofVelocity * (velocity[element] as number))
    },
    save: () => [],
    restore: () => {},
  }
}

/** alpha (the share of the clip in the variance) at each of the 1000 training timesteps; 0 at the last. */
export function shiftedAlphas(shift: number): Float64Array {
  const first = Math.sqrt(FIRST_BETA)
  const step = (Math.sqrt(LAST_BETA) - first) / (TRAIN_TIMESTEPS - 1)
  const signals = new Float64Array(TRAIN_TIMESTEPS)
  let product = 1
  for (let timestep = 0; timestep < TRAIN_TIMESTEPS; timestep++) {
    product *= 1 - (first + timestep * step) ** 2
    signals[timestep] = Math.sqrt(product / (shift + (1 - shift) * product))
  }
  const start = signals[0] as number, end = signals[TRAIN_TIMESTEPS - 1] as number
  return signals.map((signal) => (((signal - end) * start) / (start - end)) ** 2)
}

/** From the last training timestep down, evenly, rounded half to even as numpy rounds. */
export function trailingTimesteps(steps: number): number[] {
  const ratio = TRAIN_TIMESTEPS / steps
  // numpy's arange takes its stride from its first two values; a bit of rounding there decides some timesteps.
  const stride = TRAIN_TIMESTEPS - ratio - TRAIN_TIMESTEPS
  return Array.from({ length: steps }, (_, index) => roundHalfToEven(TRAIN_TIMESTEPS + index * stride) - 1)
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}
