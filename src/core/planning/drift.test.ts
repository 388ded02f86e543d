/** Drift: the rise of a line through the clips of a take, as a part of what the first one has. */
import { describe, expect, it } from 'vitest'
import { driftOf, driftText } from './drift.ts'

const segment = (index: number, brightness: number) => ({ startFrame: index * 8, endFrame: index * 8 + 8, brightness, contrast: 0.2, colour: 0.1, sharpness: 0.05 })

describe('drift', () => {
  it('is the rise of the line through the clips, as a fraction of the first', () => {
    expect(driftOf({ segments: [segment(0, 0.4), segment(1, 0.45), segment(2, 0.5)] })).toEqual({ brightness: expect.closeTo(0.25), contrast: 0, colour: 0, sharpness: 0 })
  })

  it('follows all clips, not the last alone', () => {
    expect(driftOf({ segments: [segment(0, 0.4), segment(1, 0.4), segment(2, 0.4), segment(3, 0.4), segment(4, 0.5)] })?.brightness).toBeCloseTo((0.02 * 4) / 0.4)
  })

  it('is not there for takes of one clip', () => {
    expect(driftOf({})).toBeNull()
  })

  it('is told in percent', () => {
    expect(driftText({ brightness: 0.021, contrast: -0.012, colour: 0, sharpness: -0.5 })).toBe('brightness +2 %, contrast −1 %, colour +0 %, sharpness −50 %')
  })
})
