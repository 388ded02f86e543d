/** How alike two rgb24 pictures are: mean absolute difference, and structural similarity over 8x8 blocks of luma. */
import type { FrameSize } from '#core/document/schema.ts'

export function meanDifference(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length) throw new Error(`${left.length} against ${right.length} bytes`)
  let sum = 0
  for (let index = 0; index < left.length; index += 1) sum += Math.abs((left[index] ?? 0) - (right[index] ?? 0))
  return sum / left.length
}

const BLOCK = 8
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

/** Wang et al. 2004, on blocks that do not overlap. */
export function ssim(left: Uint8Array, right: Uint8Array, { width, height }: FrameSize): number {
  const [a, b] = [luma(left), luma(right)]
  let sum = 0
  let blocks = 0
  for (let y = 0; y + BLOCK <= height; y += BLOCK) {
    for (let x = 0; x + BLOCK <= width; x += BLOCK) {
      sum += blockSsim(a, b, width, x, y)
      blocks += 1
    }
  }
  return sum / blocks
}

function blockSsim(a: Float64Array, b: Float64Array, width: number, x: number, y: number): number {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0]
  for (let row = y; row < y + BLOCK; row += 1) {
    for (let column = x; column < x + BLOCK; column += 1) {
      const [p, q] = [a[row * width + column] ?? 0, b[row * width + column] ?? 0]
      sumA += p
      sumB += q
      sumAA += p * p
      sumBB += q * q
      sumAB += p * q
    }
  }
  const n = BLOCK * BLOCK
  const [meanA, meanB] = [sumA / n, sumB / n]
  const [varianceA, varianceB, covariance] = [sumAA / n - meanA ** 2, sumBB / n - meanB ** 2, sumAB / n - meanA * meanB]
  return ((2 * meanA * meanB + C1) * (2 * covariance + C2)) / ((meanA ** 2 + meanB ** 2 + C1) * (varianceA + varianceB + C2))
}

function luma(rgb: Uint8Array): Float64Array {
  const values = new Float64Array(rgb.length / 3)
  for (let pixel = 0; pixel < values.length; pixel += 1) {
    values[pixel] = 0.2126 * (rgb[pixel * 3] ?? 0) + 0.7152 * (rgb[pixel * 3 + 1] ?? 0) + 0.0722 * (rgb[pixel * 3 + 2] ?? 0)
  }
  return values
}
