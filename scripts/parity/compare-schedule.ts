/** Solvers against the reference's own trajectories. */
import type { PackSolver } from '#contracts/pack-manifest.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import type { Solver, SolverRequest } from '#engine/sampling/solver.ts'
import type { Golden } from './golden-file.ts'
import { largestDifference } from './golden-file.ts'
import { parityOf } from './measure.ts'
import type { Parity } from './measure.ts'

export interface ScheduleCase {
  readonly solver: PackSolver
  readonly shift: number | null
  readonly steps: number
  readonly timestepsGiven: readonly number[] | null
  readonly dynamicShift?: SolverRequest['dynamicShift']
  readonly sigmasExact: readonly number[]
  readonly timesteps: readonly number[]
  readonly x0: readonly number[]
  readonly velocity: readonly (readonly number[])[]
  readonly x: readonly (readonly number[])[]
}

export interface GoldenSchedules {
  readonly cases: readonly ScheduleCase[]
}

export function solverOf({ solver, steps, shift, timestepsGiven, dynamicShift }: ScheduleCase): Solver {
  return createSolver(solver, { steps, shift: shift ?? 1, timesteps: timestepsGiven ?? undefined, dynamicShift })
}

/** Largest difference of a sample after a step; the velocities are of the run's own samples. */
export function stepDifference(golden: ScheduleCase): number {
  const { step } = solverOf(golden)
  let sample: Float32Array = Float32Array.from(golden.x0)
  let largest = 0
  golden.x.forEach((expected, index) => {
    const velocity = sample.map((x) => 0.5 * x + 0.1 * index - 0.2)
    sample = step(index, velocity, sample)
    largest = worse(largest, largestDifference(sample, expected))
  })
  return largest
}

export function compareSchedules({ body }: Golden<GoldenSchedules>, name: string): readonly Parity[] {
  return body.cases.map((golden) => {
    const title = `${name}: ${golden.solver}, ${golden.timestepsGiven !== null ? 'timesteps given' : `shift ${golden.shift ?? 'by tokens'}`}, ${golden.steps} steps`
    return parityOf('all', title, { stepDifference: stepDifference(golden) })
  })
}

/** The larger; NaN stays. */
export function worse(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b)
}
