/** What every flow-matching solver is: a falling list of sigmas and a step from one to the next. */

/** A solver for one run: it may remember earlier steps, so a new run needs a new one. */
export interface Solver {
  /** steps + 1 values, falling to 0; x_sigma = (1 - sigma) x0 + sigma noise. */
  readonly sigmas: readonly number[]
  /** sigma * 1000 of each step, as the model is told it. */
  readonly timesteps: readonly number[]
  /**
   * Takes the sample from sigma[index] to sigma[index + 1]; neither argument is changed.
   * Steps are taken in order, each once. float32 in and out, float64 coefficients.
   */
  step(index: number, velocity: Float32Array, sample: Float32Array): Float32Array
  /** What it remembers of the steps so far, for a checkpoint; empty where it remembers nothing. */
  save(): readonly Float32Array[]
  /** Makes a fresh solver remember what `save` gave before step `index`, so that the run goes on bit for bit. */
  restore(index: number, tensors: readonly Float32Array[]): void
}

export interface SolverRequest {
  readonly steps: number
  /** How far the sigmas are moved towards noise: s -> shift s / (1 + (shift - 1) s). */
  readonly shift: number
  /** Given timesteps (t = sigma * 1000) replace the computed ones; `steps` and `shift` are then ignored. */
  readonly timesteps?: readonly number[] | undefined
  /** How computed sigmas lie before the shift; see the pack's schedule. */
  readonly spacing?: 'trained' | 'uniform' | undefined
  /** Fresh noise for a step, the same whenever it is asked for: solvers that draw noise resume without a state of their own. */
  readonly noiseFor?: (step: number) => Float32Array
}
