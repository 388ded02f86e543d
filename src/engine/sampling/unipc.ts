/**
 * UniPC of order 2, variant bh2, predicting x0, on flow-matching sigmas (Zhao et al. 2023, "UniPC: a unified
 * predictor-corrector framework"; the sigma grid of diffusers' UniPCMultistepScheduler with use_flow_sigmas).
 */
import { flowMixing } from './flow-mixing.ts'
import { linspace, shiftSigma, toTimesteps, TRAIN_TIMESTEPS } from './sigmas.ts'
import type { Solver, SolverRequest } from './solver.ts'

const ORDER = 2

/** What the corrector needs to know of the step before. */
interface Past {
  /** The corrected sample from which the step was taken. */
  readonly sample: Float32Array
  /** x0 as predicted there, and one step earlier. */
  readonly x0: Float32Array
  readonly earlierX0: Float32Array | null
  readonly order: 1 | 2
}

/** Keeps the x0 predictions of two steps; the first and the last step are of order 1. */
export function uniPc(request: SolverRequest): Solver {
  const sigmas = [...uniPcSigmas(request), 0]
  const steps = sigmas.length - 1
  // The reference holds sigmas as float32: close to 1 that moves the log SNR by a hundredth, which two guided steps show.
  const logSnr = sigmas.map(Math.fround).map((sigma) => Math.log(1 - sigma) - Math.log(sigma))
  let past: Past | null = null

  function step(index: number, velocity: Float32Array, sample: Float32Array): Float32Array {
    const sigma = sigmas[index] as number
    // From the uncorrected sample: the velocity was predicted there.
    const x0 = sample.map((value, element) => value - sigma * (velocity[element] as number))
    const corrected = past === null ? sample : correct(past, index, x0)
    const earlierX0 = past?.x0 ?? null
    const order = orderOf(index, earlierX0)
    past = { sample: corrected, x0, earlierX0, order }
    return predict(past, index)
  }

  function orderOf(index: number, earlierX0: Float32Array | null): 1 | 2 {
    return earlierX0 === null || steps - index < ORDER ? 1 : 2
  }

  function save(): readonly Float32Array[] {
    if (past === null) return []
    return [past.sample, past.x0, ...(past.earlierX0 === null ? [] : [past.earlierX0])]
  }

  function restore(index: number, [sample, x0, earlierX0]: readonly Float32Array[]): void {
    past = sample && x0 ? { sample, x0, earlierX0: earlierX0 ?? null, order: orderOf(index - 1, earlierX0 ?? null) } : null
  }

  /** The sample at sigma[index + 1] from the one at sigma[index]. */
  function predict({ sample, x0, earlierX0, order }: Past, index: number): Float32Array {
    const { ratio, pull, h } = coefficients(index)
    if (sigmas[index + 1] === 0) return x0.slice()
    if (order === 1 || earlierX0 === null) return sample.map((value, e) => ratio * value - pull * (x0[e] as number))
    const r = (at(logSnr, index - 1) - at(logSnr, index)) / h
    return sample.map((value, e) => {
      const slope = ((earlierX0[e] as number) - (x0[e] as number)) / r
      return ratio * value - pull * (x0[e] as number) - (pull * slope) / 2
    })
  }

  /** The sample at sigma[index] anew, now that x0 is known there; it repeats the last step with that knowledge. */
  function correct({ sample, x0, earlierX0, order }: Past, index: number, nextX0: Float32Array): Float32Array {
    const { ratio, pull, h } = coefficients(index - 1)
    if (order === 1 || earlierX0 === null) {
      return sample.map((value, e) => ratio * value - pull * (x0[e] as number) - (pull * ((nextX0[e] as number) - (x0[e] as number))) / 2)
    }
    const r = (at(logSnr, index - 2) - at(logSnr, index - 1)) / h
    const [weightOfSlope, weightOfChange] = correctorWeights(h, r)
    return sample.map((value, e) => {
      const here = x0[e] as number
      const slope = ((earlierX0[e] as number) - here) / r
      const change = (nextX0[e] as number) - here
      return ratio * value - pull * here - pull * (weightOfSlope * slope + weightOfChange * change)
    })
  }

  /** Of the step from sigma[index]: h is the distance in log SNR; x_next = ratio x - pull x0 to first order. */
  function coefficients(index: number): { ratio: number; pull: number; h: number } {
    const from = at(sigmas, index), to = at(sigmas, index + 1)
    const h = at(logSnr, index + 1) - at(logSnr, index)
    return { ratio: to / from, pull: (1 - to) * Math.expm1(-h), h }
  }

  return { sigmas, timesteps: toTimesteps(sigmas.slice(0, -1)), ...flowMixing(sigmas), step, save, restore }
}

/** Solves the two order conditions of the bh2 corrector (UniPC, equation 9). */
function correctorWeights(h: number, r: number): readonly [number, number] {
  const q = -h
  const b = Math.expm1(q)
  const g1 = b / q - 1
  const g2 = g1 / q - 1 / 2
  const condition1 = g1 / b
  const condition2 = (2 * g2) / b
  const weightOfSlope = (condition1 - condition2) / (1 - r)
  return [weightOfSlope, condition1 - weightOfSlope]
}

function uniPcSigmas({ steps, shift, timesteps }: SolverRequest): number[] {
  const sigmas = timesteps === undefined
    ? linspace(1, 1 / TRAIN_TIMESTEPS, steps + 1).slice(0, -1).map((sigma) => shiftSigma(sigma, shift))
    : timesteps.map((timestep) => timestep / TRAIN_TIMESTEPS)
  // At sigma 1 the log SNR is infinite; the reference backs off by the same amount.
  return sigmas.map((sigma) => (sigma === 1 ? sigma - 1e-6 : sigma))
}

function at(values: readonly number[], index: number): number {
  return values[index] as number
}
