/** The solvers against the reference implementation's own trajectories. */
import { describe, expect, it } from 'vitest'
import { solverOf, stepDifference } from '../../scripts/parity/compare-schedule.ts'
import type { GoldenSchedules } from '../../scripts/parity/compare-schedule.ts'
import { LIMITS } from '../../scripts/parity/measure.ts'
import { largestDifference, readGolden } from './golden.ts'

const { cases } = readGolden<GoldenSchedules>('schedules').body

describe.each(cases)('$solver, shift $shift, $steps steps, given $timestepsGiven', (golden) => {
  it('has the reference sigmas and timesteps', () => {
    const { sigmas, timesteps } = solverOf(golden)
    expect(largestDifference(sigmas, golden.sigmasExact)).toBeLessThan(1e-12)
    const shown = golden.solver === 'unipc' ? timesteps.map(Math.trunc) : timesteps
    expect(largestDifference(shown, golden.timesteps)).toBeLessThan(1e-3)
  })

  it('steps as the reference steps, within 1e-5', () => {
    expect(stepDifference(golden)).toBeLessThanOrEqual(LIMITS.step)
  })
})
