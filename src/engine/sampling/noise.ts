/**
 * Counter-based Gaussian noise: the value at an element depends on the seed and the element's position alone, so a seed
 * gives the same noise on every machine, in every block order and for any part of a tensor.
 *
 * Philox4x32-10 after Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011),
 * then Box-Muller on pairs of the four words. Block b of stream s under a seed has the counter (b mod 2^32, b / 2^32, s, 0)
 * and the key (seed, KEY_TAG); it holds elements 4b … 4b + 3.
 */

const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85
const ROUNDS = 10
const TWO_POW_32 = 4_294_967_296
/** Second key word ("SHOT"): parts these streams from any other use of the same seed. */
const KEY_TAG = 0x53484f54

type Words2 = readonly [number, number]
type Words4 = readonly [number, number, number, number]

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16, aLow = a & 0xffff, bHigh = b >>> 16, bLow = b & 0xffff
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >>> 16)
  const cross = aLow * bHigh + (middle % 0x10000)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0
}

/** The Philox4x32-10 bijection: counter and key in, four unsigned 32-bit words out. */
export function philox4x32(counter: Words4, key: Words2): Words4 {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0), low0 = Math.imul(MULTIPLIER_0, c0) >>> 0
    const high1 = multiplyHigh(MULTIPLIER_1, c2), low1 = Math.imul(MULTIPLIER_1, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + WEYL_0) >>> 0
    k1 = (k1 + WEYL_1) >>> 0
  }
  return [c0, c1, c2, c3]
}

export interface NoiseRequest {
  /** 0 … 2^32 - 1. */
  readonly seed: number
  /** Position in the whole tensor of the first value that is wanted. */
  readonly firstElement?: number
  /** Independent noise under the same seed, for samplers that draw again at every step. */
  readonly stream?: number
}

/** Standard normal float32 values for `count` elements. The largest possible magnitude is 6.7. */
export function gaussianNoise(count: number, { seed, firstElement = 0, stream = 0 }: NoiseRequest): Float32Array {
  const values = new Float32Array(count)
  const key: Words2 = [seed >>> 0, KEY_TAG]
  const end = firstElement + count
  for (let block = Math.floor(firstElement / 4); block * 4 < end; block++) {
    const words = philox4x32([block % TWO_POW_32, Math.floor(block / TWO_POW_32), stream >>> 0, 0], key)
    const quad = [...boxMuller(words[0], words[1]), ...boxMuller(words[2], words[3])]
    for (let lane = 0; lane < 4; lane++) {
      const element = block * 4 + lane
      if (element >= firstElement && element < end) values[element - firstElement] = quad[lane] as number
    }
  }
  return values
}

/** Two independent normal values from two words; (word + 0.5) / 2^32 is never 0, so the logarithm is finite. */
function boxMuller(first: number, second: number): Words2 {
  const radius = Math.sqrt(-2 * Math.log((first + 0.5) / TWO_POW_32))
  const angle = (2 * Math.PI * (second + 0.5)) / TWO_POW_32
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}
