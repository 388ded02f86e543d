/** Ranges of takes: snapped to the latent frames that the engine makes anew, and placed where the viewer shows them. */
import { describe, expect, it } from 'vitest'
import { latentFramesIn, latentStepOf, moveEdge, onTimeline, overlapOf, snapToLatentFrames } from './take-range.ts'

const stored = { file: 'latents.bin', bytes: 4, sha256: '0'.repeat(64) }
const EIGHT = { num: 8, den: 1 }
const THIRTY = { num: 30, den: 1 }

describe('the latent frames of a take', () => {
  it('are counted from its latents: the first stands for one frame, each other for the same number', () => {
    expect(latentStepOf({ frameCount: 17, latents: { stored, shape: [1, 16, 5, 2, 2] } })).toBe(4)
    expect(latentStepOf({ frameCount: 25, latents: { stored, shape: [1, 128, 4, 2, 2] } })).toBe(8)
  })

  it('are unknown where the take kept no latents, or latents of another length', () => {
    expect(latentStepOf({ frameCount: 17, latents: null })).toBeNull()
    expect(latentStepOf({ frameCount: 18, latents: { stored, shape: [1, 16, 5, 2, 2] } })).toBeNull()
  })

  it('widen a range to whole ones, never beyond the take', () => {
    expect(snapToLatentFrames({ startFrame: 6, endFrame: 8 }, 17, 4)).toEqual({ startFrame: 5, endFrame: 9 })
    expect(snapToLatentFrames({ startFrame: 4, endFrame: 6 }, 17, 4)).toEqual({ startFrame: 1, endFrame: 9 })
    expect(snapToLatentFrames({ startFrame: 0, endFrame: 1 }, 17, 4)).toEqual({ startFrame: 0, endFrame: 1 })
    expect(snapToLatentFrames({ startFrame: 14, endFrame: 40 }, 17, 4)).toEqual({ startFrame: 13, endFrame: 17 })
    expect(snapToLatentFrames({ startFrame: 9, endFrame: 9 }, 17, 4)).toEqual({ startFrame: 9, endFrame: 13 })
  })

  it('move one edge of a range by whole ones and leave at least one', () => {
    const range = { startFrame: 5, endFrame: 9 }
    expect(moveEdge(range, 'end', 1, 17, 4)).toEqual({ startFrame: 5, endFrame: 13 })
    expect(moveEdge(range, 'end', -3, 17, 4)).toEqual(range)
    expect(moveEdge(range, 'start', -2, 17, 4)).toEqual({ startFrame: 0, endFrame: 9 })
    expect(moveEdge(range, 'end', 9, 17, 4)).toEqual({ startFrame: 5, endFrame: 17 })
    expect(latentFramesIn({ startFrame: 0, endFrame: 9 }, 4)).toBe(3)
  })
})

describe('a range on the timeline', () => {
  it('covers exactly the project frames that show its frames, after the trim', () => {
    // Frame 8 of 8 per second is first shown by project frame 30 of 30 per second.
    expect(onTimeline({ startFrame: 8, endFrame: 9 }, { frameRate: EIGHT }, { trimStartFrames: 0 }, 100, THIRTY)).toEqual({ startFrame: 130, endFrame: 134 })
    expect(onTimeline({ startFrame: 8, endFrame: 9 }, { frameRate: EIGHT }, { trimStartFrames: 12 }, 100, THIRTY)).toEqual({ startFrame: 118, endFrame: 122 })
  })

  it('is cut to what its shot shows', () => {
    expect(overlapOf({ startFrame: 2, endFrame: 9 }, { startFrame: 5, endFrame: 20 })).toEqual({ startFrame: 5, endFrame: 9 })
    expect(overlapOf({ startFrame: 2, endFrame: 5 }, { startFrame: 5, endFrame: 20 })).toBeNull()
  })
})
