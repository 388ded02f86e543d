/** RGB pictures as BT.709 limited-range 4:2:0 planes, the form in which H.264 is delivered; exact to the rounding of one level. */
import type { FrameSize } from '#core/document/schema.ts'

/** ITU-R BT.709, 3.2-3.5, on 8 bits: luma 16-235, chroma 16-240 around 128. Fixed point with 16 fractional bits. */
const ONE = 65_536
const [RED, GREEN, BLUE] = [0.2126, 0.7152, 0.0722] as const
const LUMA_SPAN = (219 / 255) * ONE
const YR = Math.round(RED * LUMA_SPAN)
const YG = Math.round(GREEN * LUMA_SPAN)
const YB = Math.round(BLUE * LUMA_SPAN)
/** Chroma is summed over eight weights before it is scaled. */
const CHROMA_SPAN = ((224 / 255) * ONE) / 8
const CB_R = Math.round((-RED / 1.8556) * CHROMA_SPAN)
const CB_G = Math.round((-GREEN / 1.8556) * CHROMA_SPAN)
const CB_B = -CB_R - CB_G
const CR_G = Math.round((-GREEN / 1.5748) * CHROMA_SPAN)
const CR_B = Math.round((-BLUE / 1.5748) * CHROMA_SPAN)
const CR_R = -CR_G - CR_B
const LUMA_BASE = 16 * ONE + ONE / 2
const CHROMA_BASE = 128 * ONE + ONE / 2

/** Bytes of one picture: a byte of luma a pixel, two of chroma for each four. Both edges must be even. */
export function yuv420Bytes({ width, height }: FrameSize): number {
  return (width * height * 3) / 2
}

/**
 * Fills `planes` (Y, then Cb, then Cr) from opaque rgba. Chroma is sited as H.264 expects by default: level with the left
 * pixel of each pair (weights 1 2 1), between the two rows. About 4 ns a pixel.
 */
export function rgbaToYuv420(rgba: Uint8Array, { width, height }: FrameSize, planes: Uint8Array): void {
  // One load a pixel instead of three; every platform that Node runs on here is little-endian.
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height)
  let cbAt = width * height
  let crAt = cbAt + (width * height) / 4
  for (let y = 0; y < height; y += 2) {
    const upper = y * width
    const lower = upper + width
    // The first pair has no pixel to its left: its own left one stands in for it. Scalars only: this loop runs a million times a frame.
    let oddR = (pixels[upper]! & 255) + (pixels[lower]! & 255)
    let oddG = ((pixels[upper]! >> 8) & 255) + ((pixels[lower]! >> 8) & 255)
    let oddB = ((pixels[upper]! >> 16) & 255) + ((pixels[lower]! >> 16) & 255)
    for (let x = 0; x < width; x += 2) {
      const a = pixels[upper + x]!
      const b = pixels[upper + x + 1]!
      const c = pixels[lower + x]!
      const d = pixels[lower + x + 1]!
      const ar = a & 255
      const ag = (a >> 8) & 255
      const ab = (a >> 16) & 255
      const br = b & 255
      const bg = (b >> 8) & 255
      const bb = (b >> 16) & 255
      const cr = c & 255
      const cg = (c >> 8) & 255
      const cb = (c >> 16) & 255
      const dr = d & 255
      const dg = (d >> 8) & 255
      const db = (d >> 16) & 255
      planes[upper + x] = (YR * ar + YG * ag + YB * ab + LUMA_BASE) >> 16
      planes[upper + x + 1] = (YR * br + YG * bg + YB * bb + LUMA_BASE) >> 16
      planes[lower + x] = (YR * cr + YG * cg + YB * cb + LUMA_BASE) >> 16
      planes[lower + x + 1] = (YR * dr + YG * dg + YB * db + LUMA_BASE) >> 16
      const red = oddR + 2 * (ar + cr) + br + dr
      const green = oddG + 2 * (ag + cg) + bg + dg
      const blue = oddB + 2 * (ab + cb) + bb + db
      planes[cbAt] = (CB_R * red + CB_G * green + CB_B * blue + CHROMA_BASE) >> 16
      planes[crAt] = (CR_R * red + CR_G * green + CR_B * blue + CHROMA_BASE) >> 16
      cbAt += 1
      crAt += 1
      oddR = br + dr
      oddG = bg + dg
      oddB = bb + db
    }
  }
}
