/** Time: exact between rates, readable both ways. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '#tests/core-properties/seed.ts'
import { convertFrames, formatTimecode, framesToSeconds, isSameRate, parseTimecode, secondsToFrames } from './time.ts'

const PAL = { num: 25, den: 1 }
const NTSC = { num: 30_000, den: 1_001 }
const FILM = { num: 24_000, den: 1_001 }
const HIGH = { num: 120, den: 1 }

const rates = fc.record({ num: fc.integer({ min: 1, max: 240_000 }), den: fc.integer({ min: 1, max: 1_001 }) })

describe('conversion', () => {
  it('frames survive the way to seconds and back, at every rate', () => {
    fc.assert(fc.property(fc.nat({ max: 100_000_000 }), rates, (frames, rate) => {
      expect(secondsToFrames(framesToSeconds(frames, rate), rate)).toBe(frames)
    }), seeded({ numRuns: 2_000 }))
  })

  it('is exact where floating point is not: ten hours at 23.976 into 29.97', () => {
    const frames = 863_136
    expect(convertFrames(frames, FILM, NTSC, 'floor')).toBe(1_078_920)
    // A few millionths of a frame over: a division of doubles gives 99,205,333,281.
    expect(convertFrames(99_106_640, { num: 239_999, den: 1_001 }, { num: 239_998, den: 1 }, 'ceil')).toBe(99_205_333_282)
    expect(convertFrames(3, { num: 3, den: 1 }, { num: 1, den: 1 }, 'ceil')).toBe(1)
    expect(convertFrames(100_000_000, { num: 1, den: 1_001 }, { num: 240_000, den: 1 }, 'ceil')).toBe(100_000_000 * 1_001 * 240_000)
  })

  it('floor and ceil bracket the exact value, and round lies between', () => {
    fc.assert(fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), rates, rates, (frames, from, to) => {
      const [floor, round, ceil] = (['floor', 'round', 'ceil'] as const).map((rounding) => convertFrames(frames, from, to, rounding))
      const exact = [BigInt(frames) * BigInt(from.den) * BigInt(to.num), BigInt(from.num) * BigInt(to.den)] as const
      expect(BigInt(floor ?? 0) * exact[1] <= exact[0] && BigInt(ceil ?? 0) * exact[1] >= exact[0]).toBe(true)
      expect((ceil ?? 0) - (floor ?? 0)).toBeLessThanOrEqual(1)
      expect([floor, ceil]).toContain(round)
    }), seeded({ numRuns: 1_000 }))
  })

  it('knows one speed under two names', () => {
    expect([isSameRate({ num: 48, den: 2 }, { num: 24, den: 1 }), isSameRate(NTSC, { num: 30, den: 1 })]).toEqual([true, false])
  })
})

describe('timecode', () => {
  it('counts frames of the nominal rate, non-drop', () => {
    expect([
      formatTimecode(0, PAL), formatTimecode(187, PAL), formatTimecode(90_000, PAL), formatTimecode(1_800, NTSC), formatTimecode(119, HIGH), formatTimecode(-5, PAL),
    ]).toEqual(['00:00:00:00', '00:00:07:12', '01:00:00:00', '00:01:00:00', '00:00:00:119', '-00:00:00:05'])
  })

  it('reads back what it wrote, at every rate', () => {
    fc.assert(fc.property(fc.nat({ max: 100_000_000 }), rates, (frames, rate) => {
      expect(parseTimecode(formatTimecode(frames, rate), rate)).toBe(frames)
    }), seeded({ numRuns: 1_000 }))
  })

  it.each([
    ['1:02:03', (60 + 2) * 25 + 3], ['12:05', 305], ['00:00:07:12', 187], ['90f', 90], ['2.5s', 63], ['1203', 303], ['7', 7],
    ['+12', 112], ['-12', 88], ['+1:00', 125], ['- 90f', 10], [' 3s ', 75], ['1;02;03', 1553],
  ])('reads %s', (text, frames) => {
    expect(parseTimecode(text, PAL, 100)).toBe(frames)
  })

  it.each(['', '+', 'abc', '1:', ':1', '1:2:3:4:5', '1e3', '90F90', '0x10', '--5', '99999999999999999999f'])('does not read %j', (text) => {
    expect(parseTimecode(text, PAL)).toBeNull()
  })
})
