/** Noise and solvers against published vectors: no model needed. */
import { describe, expect, it } from 'vitest'
import { flowMatchEuler } from '#engine/sampling/flow-match-euler.ts'
import { gaussianNoise, philox4x32 } from '#engine/sampling/noise.ts'
import type { Solver } from '#engine/sampling/solver.ts'
import { uniPc } from '#engine/sampling/unipc.ts'

function hex(words: readonly number[]): string {
  return words.map((word) => word.toString(16).padStart(8, '0')).join(' ')
}

function rounded(values: Iterable<number>, digits: number): number[] {
  return [...values].map((value) => Number(value.toFixed(digits)))
}

/** Runs a solver on one number with the velocity 0.5 x + 0.1 i - 0.2. */
function trajectory(solver: Solver): number[] {
  let sample: Float32Array = Float32Array.of(1)
  return solver.timesteps.map((_, index) => {
    const velocity = sample.map((x) => 0.5 * x + 0.1 * index - 0.2)
    sample = solver.step(index, velocity, sample)
    return sample[0] as number
  })
}

describe('noise', () => {
  it('gives the known answers of the Random123 paper for Philox4x32-10', () => {
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    const ones = 0xffff_ffff
    expect(hex(philox4x32([ones, ones, ones, ones], [ones, ones]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
    expect(hex(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])))
      .toBe('d16cfe09 94fdcceb 5001e420 24126ea1')
  })

  it('does not depend on the order or the size of the blocks in which it is drawn', () => {
    const whole = gaussianNoise(1003, { seed: 7 })
    const parts = [[500, 503], [0, 1], [1, 499]].map(([first, count]) => [first, gaussianNoise(count as number, { seed: 7, firstElement: first as number })] as const)
    const joined = new Float32Array(1003)
    for (const [first, part] of parts) joined.set(part, first)
    expect(joined).toEqual(whole)
  })

  it('stays the same from version to version', () => {
    expect(rounded(gaussianNoise(6, { seed: 1234 }), 5)).toMatchInlineSnapshot(`
      [
        0.47631,
        -1.42118,
        0.57028,
        0.91967,
        0.32118,
        -0.18109,
      ]
    `)
  })

  it('is a standard normal distribution: mean, variance, kurtosis and neighbours', () => {
    const count = 200_000
    const values = gaussianNoise(count, { seed: 99 })
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count
    expect(moment(1)).toBeCloseTo(0, 1.9)
    expect(moment(2)).toBeCloseTo(1, 1.9)
    expect(moment(4)).toBeGreaterThan(2.93)
    expect(moment(4)).toBeLessThan(3.07)
    for (const lag of [1, 2, 4]) {
      let product = 0
      for (let i = lag; i < count; i++) product += (values[i] as number) * (values[i - lag] as number)
      expect(Math.abs(product / count)).toBeLessThan(0.01)
    }
  })

  it('differs by seed and by stream', () => {
    const base = gaussianNoise(8, { seed: 1 })
    expect(gaussianNoise(8, { seed: 2 })).not.toEqual(base)
    expect(gaussianNoise(8, { seed: 1, stream: 1 })).not.toEqual(base)
  })
})

describe('flow-match Euler', () => {
  it('has the sigmas of the reference: shifted ends, shifted again', () => {
    expect(rounded(flowMatchEuler({ steps: 4, shift: 3 }).sigmas, 6)).toEqual([1, 0.857692, 0.602151, 0.008929, 0])
  })

  it('takes its timesteps from the pack where the pack lists them', () => {
    const solver = flowMatchEuler({ steps: 50, shift: 8, timesteps: [1000, 757, 522] })
    expect(solver.sigmas).toEqual([1, 0.757, 0.522, 0])
  })

  it('follows the reference trajectory on the sigmas of UniPC', () => {
    const { sigmas } = uniPc({ steps: 4, shift: 3 })
    const solver = flowMatchEuler({ steps: 4, shift: 3, timesteps: sigmas.slice(0, -1).map((sigma) => sigma * 1000) })
    expect(rounded(trajectory(solver), 6)).toEqual([0.970036, 0.912382, 0.798619, 0.548465])
  })
})

describe('UniPC', () => {
  it('has the sigmas and timesteps of the reference', () => {
    expect(rounded(uniPc({ steps: 4, shift: 3 }).sigmas, 6)).toEqual([0.999999, 0.90012, 0.750375, 0.500999, 0])
    const timesteps = uniPc({ steps: 50, shift: 3 }).timesteps.map(Math.trunc)
    expect(timesteps.slice(0, 6)).toEqual([999, 993, 986, 979, 971, 964])
    expect(timesteps.slice(-2)).toEqual([113, 60])
  })

  it('follows the reference trajectory', () => {
    expect(rounded(trajectory(uniPc({ steps: 4, shift: 3 })), 6)).toEqual([0.970036, 0.908593, 0.782871, 0.536663])
  })

  it('ends at the x0 that its last step predicts', () => {
    const solver = uniPc({ steps: 1, shift: 3 })
    const sigma = solver.sigmas[0] as number
    expect(solver.step(0, Float32Array.of(0.25), Float32Array.of(1))[0]).toBeCloseTo(1 - sigma * 0.25, 6)
  })
})
