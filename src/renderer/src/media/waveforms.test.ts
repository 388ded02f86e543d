import { describe, expect, it } from 'vitest'
import { peaksOf } from './waveforms.ts'

describe('peaks of a sound', () => {
  it('are the largest amplitudes of equal stretches, whatever their sign', () => {
    expect([...peaksOf(Float32Array.from([0, 0.5, -1, 0.25, 0, 0, 0.125, -0.25]), 4)]).toEqual([0.5, 1, 0, 0.25])
  })

  it('miss no sample where the stretches are not whole', () => {
    const samples = new Float32Array(10)
    samples[9] = 1
    expect(peaksOf(samples, 3)[2]).toBe(1)
  })
})
