/** What every solver is: a falling list of sigmas, a step from one to the next, and how clip and noise are mixed on the way. */
import type { DynamicShift } from '#contracts/pack-manifest.ts'

/** A solver for one run: it may remember earlier steps, so a new run needs a new one. */
export interface Solver {
  /** steps + 1 values, falling to 0: what noise is multiplied by. */
  readonly sigmas: readonly number[]
  /** Of each step, as the model is told it; with flows sigma * 1000. */
  readonly timesteps: readonly number[]
  /**
   * Takes the sample from sigma[index] to sigma[index + 1]; neither argument is changed.
   * Steps are taken in order, each once. float32 in and out, float64 coefficients.
   */
  step(index: number, velocity: Float32Array, sample: Float32Array): Float32Array
  /** A clip as it is at the beginning of step `index`: clean latents mixed with noise. The arguments are not changed. */
  addNoise(x0: Float32Array, noise: Float32Array, index: number): Float32Array
  /** The clean clip as the model foresees it at step `index`. */
  estimate(index: number, velocity: Float32Array, sample: Float32Array): Float32Array
  /** What it remembers of the steps so far, for a checkpoint; empty where it remembers nothing. */
  save(): readonly Float32Array[]
  /** Makes a fresh solver remember what `save` gave before step `index`, so that the run goes on bit for bit. */
  restore(index: number, tensors: readonly Float32Array[]): void
}

export interface SolverRequest {
  readonly steps: number
  /** How far the sigmas are moved towards noise: s -> shift s / (1 + (shift - 1) s); with DDIM, what the signal-to-noise ratio is divided by. */
  readonly shift: number
  /** Given timesteps (t = sigma * 1000) replace the computed ones; `steps` and `shift` are then ignored. */
  readonly timesteps?: readonly number[] | undefined
  /** How computed sigmas lie before the shift; see the pack's schedule. */
  readonly spacing?: 'trained' | 'uniform' | undefined
  /** In place of `shift`: the pack's, and the patch tokens of the clip. */
  readonly dynamicShift?: (DynamicShift & { readonly tokens: number }) | undefined
  /** Fresh noise for a step, the same whenever it is asked for: solvers that draw noise resume without a state of their own. */
  readonly noiseFor?: (step: number) => Float32Array
}
