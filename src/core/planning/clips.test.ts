/** Clips of long takes: nothing left out, nothing made twice, none longer or shorter than the pack can make. */
import { describe, expect, it } from 'vitest'
import { clipsOf } from './clips.ts'

describe('the clips of a take', () => {
  it('are one where all fits the pack', () => {
    expect(clipsOf({ unknown: { start: 0, end: 13 }, all: { start: 0, end: 13 }, minLatents: 5, maxLatents: 13 })).toEqual([{ start: 0, end: 13, made: { start: 0, end: 13 } }])
    expect(clipsOf({ unknown: { start: 3, end: 5 }, all: { start: -2, end: 9 }, minLatents: 5, maxLatents: 13 })).toEqual([{ start: -2, end: 9, made: { start: 3, end: 5 } }])
  })

  it('are one around a short retake of a long take, with what is around it', () => {
    expect(clipsOf({ unknown: { start: 40, end: 44 }, all: { start: 0, end: 100 }, minLatents: 5, maxLatents: 13 })).toEqual([{ start: 35, end: 48, made: { start: 40, end: 44 } }])
    expect(clipsOf({ unknown: { start: 1, end: 2 }, all: { start: 0, end: 100 }, minLatents: 5, maxLatents: 13 })).toEqual([{ start: 0, end: 13, made: { start: 1, end: 2 } }])
    expect(clipsOf({ unknown: { start: 98, end: 100 }, all: { start: 0, end: 100 }, minLatents: 5, maxLatents: 13 })).toEqual([{ start: 87, end: 100, made: { start: 98, end: 100 } }])
  })

  it('are a chain of about equal clips where one is not enough', () => {
    expect(clipsOf({ unknown: { start: 0, end: 30 }, all: { start: 0, end: 30 }, minLatents: 5, maxLatents: 13 })).toEqual([
      { start: 0, end: 12, made: { start: 0, end: 12 } },
      { start: 8, end: 21, made: { start: 11, end: 21 } },
      { start: 17, end: 30, made: { start: 20, end: 30 } },
    ])
  })

  it('are as long as the pack wants them where it makes clips of one length', () => {
    expect(clipsOf({ unknown: { start: 0, end: 22 }, all: { start: 0, end: 22 }, minLatents: 21, maxLatents: 21 })).toEqual([
      { start: 0, end: 21, made: { start: 0, end: 21 } },
      { start: 1, end: 22, made: { start: 20, end: 22 } },
    ])
  })

  it('make every latent frame once, or where two clips meet twice, within the pack, each overlapping what was there before', () => {
    for (let seed = 0; seed < 3_000; seed++) {
      const at = (span: number, salt: number) => ((seed * 2_654_435_761 + salt * 40_503) >>> 7) % span
      const maxLatents = 4 + at(18, 1)
      const minLatents = 1 + at(maxLatents, 2)
      const all = { start: -at(3, 3), end: 5 + at(200, 4) }
      const from = at(all.end - 1, 5)
      const unknown = { start: from, end: from + 1 + at(all.end - from, 6) }
      const clips = clipsOf({ unknown, all, minLatents, maxLatents })
      const label = JSON.stringify({ unknown, all, minLatents, maxLatents, clips })
      const newOnes = clips.flatMap(({ made }, clip) => {
        const from = clips[clip - 1]?.made.end ?? made.start
        expect(from - made.start === 0 || (clip > 0 && from - made.start === 1), label).toBe(true)
        return Array.from({ length: made.end - from }, (_, index) => from + index)
      })
      expect(newOnes, label)
        .toEqual(Array.from({ length: unknown.end - unknown.start }, (_, index) => unknown.start + index))
      for (const clip of clips) {
        const length = clip.end - clip.start
        expect(length, label).toBeLessThanOrEqual(maxLatents)
        expect(length, label).toBeGreaterThanOrEqual(Math.min(minLatents, all.end - all.start))
        expect(clip.start >= all.start && clip.end <= all.end && clip.made.start >= clip.start && clip.made.end <= clip.end, label).toBe(true)
        if (clip.made.start > all.start) expect(clip.made.start, label).toBeGreaterThan(clip.start)
      }
    }
  })
})
