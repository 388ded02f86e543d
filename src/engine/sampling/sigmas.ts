/** Helpers of the sigma schedules that both solvers share. */

export const TRAIN_TIMESTEPS = 1000

/** Moves a sigma towards noise; long or large clips need more of their steps there (Esser et al. 2024, section 5.3.2). */
export function shiftSigma(sigma: number, shift: number): number {
  return (shift * sigma) / (1 + (shift - 1) * sigma)
}

/**
 * `count` evenly spaced values from `first` to `last`, both included; one value is `first`.
 * Rounded as numpy rounds (the step first): truncated timesteps of the references hang on the last bit.
 */
export function linspace(first: number, last: number, count: number): number[] {
  const step = (last - first) / (count - 1)
  return Array.from({ length: count }, (_, index) => (index === 0 ? first : index === count - 1 ? last : index * step + first))
}

export function toTimesteps(sigmas: readonly number[]): number[] {
  return sigmas.map((sigma) => sigma * TRAIN_TIMESTEPS)
}
