/** Pluecker maps against vectors made from matrices in numpy (models/export/pluecker.py). */
import { describe, expect, it } from 'vitest'
import { cameraPath } from '#core/camera/path.ts'
import { plueckerMap } from '#core/camera/pluecker.ts'
import type { CameraPose } from '#core/camera/pose.ts'
import { largestDifference, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

interface GoldenPluecker {
  readonly about: { readonly config: { readonly width: number; readonly height: number; readonly subjectDistanceM: number; readonly subjectDistanceUnits: number; readonly temporalCompression: number } }
  readonly poses: readonly CameraPose[]
  readonly maps: GoldenTensor
}

describe('a Pluecker map', () => {
  it('is that of the reference for a camera that turns, travels and zooms at once', () => {
    const { body, tensor } = readGolden<GoldenPluecker>('pluecker')
    const { width, height, ...numbers } = body.about.config
    const [, channels = 0, frames = 0] = body.maps.shape
    const expected = tensor(body.maps)
    const plane = width * height
    for (let frame = 0; frame < frames; frame++) {
      const map = plueckerMap({ poses: body.poses, frameSize: { width, height }, ...numbers }, frame)
      expect(map.length).toBe(channels * plane)
      for (let channel = 0; channel < channels; channel++) {
        const at = (channel * frames + frame) * plane
        expect(largestDifference(map.subarray(channel * plane, (channel + 1) * plane), expected.subarray(at, at + plane))).toBeLessThan(1e-6)
      }
    }
  })

  const frameSize = { width: 8, height: 8 }
  const map = (subjectDistanceM: number, frameCount = 9) => plueckerMap({
    poses: cameraPath({ move: { kind: 'preset', preset: 'truck', amount: subjectDistanceM / 10, easing: 'linear' }, lensMm: 35, subjectDistanceM, frameCount }),
    frameSize, temporalCompression: 4, subjectDistanceM, subjectDistanceUnits: 3,
  }, 2)

  it('tells the same travel for the same share of the subject distance', () => {
    expect(largestDifference(map(2), map(20))).toBeLessThan(1e-7)
  })

  it('has no moment while the camera stands where it began', () => {
    const poses = cameraPath({ move: { kind: 'preset', preset: 'pan', amount: 30, easing: 'linear' }, lensMm: 35, subjectDistanceM: 4, frameCount: 9 })
    const panned = plueckerMap({ poses, frameSize, temporalCompression: 4, subjectDistanceM: 4, subjectDistanceUnits: 3 }, 2)
    expect(Math.max(...panned.subarray(0, 3 * 4 * 64).map(Math.abs))).toBe(0)
    expect(Math.max(...panned.subarray(3 * 4 * 64))).toBeGreaterThan(0.9)
  })

  it('refuses frame counts that are no whole latent frames', () => {
    expect(() => map(4, 8)).toThrow(/multiple of 4 plus one/)
  })
})
