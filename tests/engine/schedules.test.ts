/** The solvers against the reference implementation's own trajectories. */
import { describe, expect, it } from 'vitest'
import type { PackSolver } from '#contracts/pack-manifest.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { largestDifference, readGolden } from './golden.ts'

interface ScheduleCase {
  readonly solver: PackSolver
  readonly shift: number | null
  readonly steps: number
  readonly timestepsGiven: readonly number[] | null
  readonly sigmasExact: readonly number[]
  readonly timesteps: readonly number[]
  readonly x0: readonly number[]
  readonly velocity: readonly (readonly number[])[]
  readonly x: readonly (readonly number[])[]
}

const { cases } = readGolden<{ cases: readonly ScheduleCase[] }>('schedules').body

describe.each(cases)('$solver, shift $shift, $steps steps, given $timestepsGiven', (golden) => {
  const solver = () => createSolver(golden.solver, { steps: golden.steps, shift: golden.shift ?? 1, timesteps: golden.timestepsGiven ?? undefined })

  it('has the reference sigmas and timesteps', () => {
    const { sigmas, timesteps } = solver()
    expect(largestDifference(sigmas, golden.sigmasExact)).toBeLessThan(1e-12)
    const shown = golden.solver === 'unipc' ? timesteps.map(Math.trunc) : timesteps
    expect(largestDifference(shown, golden.timesteps)).toBeLessThan(1e-3)
  })

  it('steps as the reference steps, within 1e-5', () => {
    const { step } = solver()
    let sample: Float32Array = Float32Array.from(golden.x0)
    golden.x.forEach((expected, index) => {
      const velocity = sample.map((x) => 0.5 * x + 0.1 * index - 0.2)
      expect(largestDifference(velocity, golden.velocity[index] as number[])).toBeLessThan(1e-5)
      sample = step(index, velocity, sample)
      expect(largestDifference(sample, expected)).toBeLessThan(1e-5)
    })
  })
})
