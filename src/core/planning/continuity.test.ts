/** How long a bridge is, and how much of its neighbours it is given. */
import { describe, expect, it } from 'vitest'
import { bridgeFrameCount, contextFrames } from './continuity.ts'

const abilities = { firstFrame: true, lastFrame: true, latentMask: true, negativePrompt: true }
const pack = { frameRate: { num: 24, den: 1 }, frameStep: 4, minFrames: 17, maxFrames: 121, abilities }
const take = { frameRate: { num: 24, den: 1 } }

describe('a bridge', () => {
  it('has the frames that were asked for and its neighbours\' pictures, in whole latent frames', () => {
    expect([1, 10, 11, 12, 40].map((asked) => bridgeFrameCount(asked, { ...pack, minFrames: 5 }, () => 0))).toEqual([9, 13, 13, 17, 45])
  })

  it('may be shorter than the pack\'s clips where its neighbours fill the clip up', () => {
    const contextOf = (frames: number): number => {
      const lead = contextFrames(take, 33, pack, frames)
      return lead + contextFrames(take, 33, pack, frames + lead - 1) - 2
    }
    expect([contextOf(9), bridgeFrameCount(4, pack, contextOf)]).toEqual([16, 9])
  })

  it('is as long as the pack\'s shortest clip where they give a picture each', () => {
    const other = { frameRate: { num: 16, den: 1 } }
    const contextOf = (frames: number): number => contextFrames(other, 33, pack, frames) + contextFrames(other, 33, pack, frames) - 2
    expect([contextOf(9), bridgeFrameCount(4, pack, contextOf)]).toEqual([0, 17])
  })
})
