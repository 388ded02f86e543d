/** Bicubic resizing of pictures in the two ways that image encoders were trained with. */
import type { FrameSize } from '#core/document/schema.ts'
import type { Rgb24 } from '../media-port.ts'

/**
 * - `antialiased`: Keys' kernel with a = -0.5, widened where a side shrinks, values rounded to 8 bits (Pillow, torchvision);
 * - `sharp`: a = -0.75, never widened, not rounded (torch's interpolate).
 */
export type BicubicKind = 'antialiased' | 'sharp'

const SHARPNESS: Readonly<Record<BicubicKind, number>> = Object.freeze({ antialiased: -0.5, sharp: -0.75 })

/** Which source positions make one target position, and with what weights. */
interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

/** rgb24 -> interleaved values 0 … 255 of the target size; only `sharp` can leave that range. */
export function resizeBicubic(picture: Rgb24, from: FrameSize, to: FrameSize, kind: BicubicKind): Float32Array {
  const finish = kind === 'antialiased' ? (value: number) => Math.min(255, Math.max(0, Math.round(value))) : (value: number) => value
  const columns = tapsOf(from.width, to.width, kind)
  const rows = tapsOf(from.height, to.height, kind)
  const narrowed = new Float32Array(from.height * to.width * 3)
  for (let row = 0; row < from.height; row++) {
    for (const [column, { first, weights }] of columns.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (const [tap, weight] of weights.entries()) sum += weight * (picture[(row * from.width + first + tap) * 3 + channel] as number)
        narrowed[(row * to.width + column) * 3 + channel] = finish(sum)
      }
    }
  }
  const resized = new Float32Array(to.height * to.width * 3)
  const stride = to.width * 3
  for (const [row, { first, weights }] of rows.entries()) {
    for (let i = 0; i < stride; i++) {
      let sum = 0
      for (const [tap, weight] of weights.entries()) sum += weight * (narrowed[(first + tap) * stride + i] as number)
      resized[row * stride + i] = finish(sum)
    }
  }
  return resized
}

function tapsOf(from: number, to: number, kind: BicubicKind): readonly Taps[] {
  return Array.from({ length: to }, (_, target) => (kind === 'antialiased' ? widenedTaps(from, to, target) : sharpTaps(from, to, target)))
}

/** Taps outside the picture are left out, and the others weigh more. */
function widenedTaps(from: number, to: number, target: number): Taps {
  const scale = from / to
  const widening = Math.max(1, scale)
  const centre = (target + 0.5) * scale
  const first = Math.max(0, Math.trunc(centre - 2 * widening + 0.5))
  const end = Math.min(from, Math.trunc(centre + 2 * widening + 0.5))
  const weights = Array.from({ length: end - first }, (_, tap) => kernel((first + tap - centre + 0.5) / widening, SHARPNESS.antialiased))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return { first, weights: weights.map((weight) => weight / sum) }
}

/** Taps outside the picture take its edge. */
function sharpTaps(from: number, to: number, target: number): Taps {
  const centre = (target + 0.5) * (from / to) - 0.5
  const left = Math.floor(centre)
  const first = Math.min(Math.max(0, left - 1), from - 1)
  const last = Math.min(Math.max(0, left + 2), from - 1)
  const weights = Array.from({ length: last - first + 1 }, () => 0)
  for (let tap = left - 1; tap <= left + 2; tap++) {
    const at = Math.min(from - 1, Math.max(0, tap)) - first
    weights[at] = (weights[at] as number) + kernel(centre - tap, SHARPNESS.sharp)
  }
  return { first, weights }
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing". */
function kernel(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}
