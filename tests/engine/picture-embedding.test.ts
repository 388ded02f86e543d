/** What an image encoder is shown of a picture, against Pillow's and torch's resizing. */
import { describe, expect, it } from 'vitest'
import { embedPictures, encoderPixels } from '#engine/pipelines/picture-embedding.ts'
import { largestDifference, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

interface GoldenPixels {
  readonly about: { readonly config: { readonly size: number; readonly mean: [number, number, number]; readonly std: [number, number, number] } }
  readonly cases: readonly { readonly width: number; readonly height: number; readonly picture: GoldenTensor; readonly crop: GoldenTensor; readonly stretch: GoldenTensor }[]
}

const { body, tensor } = readGolden<GoldenPixels>('clip-pixels')
const embedding = { ...body.about.config, tokens: 2, dimension: 3 }

describe.each(body.cases)('a picture of $width x $height', ({ width, height, picture, ...expected }) => {
  const pixels = Uint8Array.from(tensor(picture))

  it.each([
    // One level of 255, where a value lies on the edge between two.
    ['crop', 1 / 255 / 0.26 + 1e-5],
    ['stretch', 1e-5],
  ] as const)('is prepared as the reference prepares it: %s', (fit, tolerance) => {
    const made = encoderPixels(pixels, { width, height }, { ...embedding, fit })
    const reference = tensor(expected[fit])
    expect(largestDifference(made, reference)).toBeLessThan(tolerance)
    const mean = made.reduce((sum, value, i) => sum + Math.abs(value - (reference[i] as number)), 0) / made.length
    expect(mean).toBeLessThan(1e-4)
  })
})

describe('an embedding of no picture', () => {
  it('is zero, and loads no encoder', async () => {
    const { data, dims } = await embedPictures([], { width: 32, height: 16 }, { ...embedding, fit: 'crop' }, () => {
      throw new Error('An encoder was opened.')
    })
    expect(dims).toEqual([1, 2, 3])
    expect([...(data as Float32Array)]).toEqual([0, 0, 0, 0, 0, 0])
  })
})
