/** Flow sigmas whose shift grows with the clip and whose last one is fixed, as LTX-Video was trained with them. */
import { linspace } from './sigmas.ts'
import type { SolverRequest } from './solver.ts'

/** `steps` values; as FlowMatchEulerDiscreteScheduler with use_dynamic_shifting, exponential, and shift_terminal. */
export function dynamicSigmas(steps: number, { base, max, baseTokens, maxTokens, terminal, tokens }: NonNullable<SolverRequest['dynamicShift']>): number[] {
  const slope = (max - base) / (maxTokens - baseTokens)
  const shift = Math.exp(base + slope * (tokens - baseTokens))
  const sigmas = linspace(1, 1 / steps, steps).map((sigma) => shift / (shift + (1 / sigma - 1)))
  return terminal === null ? sigmas : stretchTo(terminal, sigmas)
}

/** 1 - sigma is scaled so that the last sigma is `terminal`. A single step starts from pure noise, and there is nothing to stretch. */
function stretchTo(terminal: number, sigmas: readonly number[]): number[] {
  const factor = (1 - (sigmas.at(-1) as number)) / (1 - terminal)
  return factor === 0 ? [...sigmas] : sigmas.map((sigma) => 1 - (1 - sigma) / factor)
}
