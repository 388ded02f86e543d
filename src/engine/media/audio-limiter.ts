/** A look-ahead limiter: sound below the ceiling passes untouched, louder sums are turned down smoothly before they clip. */

export const LIMITER_BLOCK_FRAMES = 480
/** -1 dBFS: room for what the AAC encoder adds. */
const CEILING = 0.891
/** Full recovery takes a second. */
const RELEASE_PER_BLOCK = 0.01

/**
 * Takes blocks of LIMITER_BLOCK_FRAMES interleaved frames and gives each back one block later. The gain moves in a
 * straight line between block borders, and at both borders it is low enough for the block's own peak, so nothing passes the ceiling.
 */
export class Limiter {
  private readonly channels: number
  private waiting: Float32Array | null = null
  private waitingGain = 1
  private borderGain = 1

  constructor(channels: number) {
    this.channels = channels
  }

  /** The block before, limited; null at the first call. */
  push(block: Float32Array): Float32Array | null {
    const gain = Math.min(1, CEILING / Math.max(CEILING, peakOf(block)))
    const finished = this.release(Math.min(this.waitingGain, gain))
    this.waiting = block
    this.waitingGain = gain
    return finished
  }

  /** The last block. */
  flush(): Float32Array | null {
    const finished = this.release(this.waitingGain)
    this.waiting = null
    return finished
  }

  private release(target: number): Float32Array | null {
    const block = this.waiting
    const from = block ? this.borderGain : target
    const to = Math.min(target, from + RELEASE_PER_BLOCK)
    this.borderGain = block ? to : target
    if (!block || (from === 1 && to === 1)) return block
    const frames = block.length / this.channels
    for (let index = 0; index < block.length; index += 1) {
      const position = Math.floor(index / this.channels) / frames
      block[index] = (block[index] ?? 0) * (from + (to - from) * position)
    }
    return block
  }
}

function peakOf(block: Float32Array): number {
  let peak = 0
  for (const sample of block) peak = Math.max(peak, Math.abs(sample))
  return peak
}
