/** Converts painted frames to video planes in a few buffers that take turns. */
import type { FrameSize } from '#core/document/schema.ts'
import { rgbaToYuv420, yuv420Bytes } from './yuv.ts'

/** A pipe may still read the last two that it was given while the next is made. */
const BUFFERS = 4

export class PlaneConverter {
  private readonly size: FrameSize
  private readonly buffers: readonly Uint8Array[]
  private turn = 0

  constructor(size: FrameSize) {
    this.size = size
    this.buffers = Array.from({ length: BUFFERS }, () => new Uint8Array(yuv420Bytes(size)))
  }

  /** The planes hold until three more frames were converted. */
  convert(rgba: Uint8Array): Uint8Array {
    const planes = this.buffers[this.turn] as Uint8Array
    this.turn = (this.turn + 1) % BUFFERS
    rgbaToYuv420(rgba, this.size, planes)
    return planes
  }

  /** Equal neighbours (the same buffer twice) are converted once. */
  async *convertAll(frames: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let converted: Uint8Array | null = null
    let planes: Uint8Array = new Uint8Array()
    for await (const rgba of frames) {
      if (rgba !== converted) planes = this.convert(rgba)
      converted = rgba
      yield planes
    }
  }
}
