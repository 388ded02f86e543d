/** How each segment of a chained take looks on average: what its drift is read from (docs/operations.md). */
import type { Segment } from '#core/document/schema.ts'
import type { FrameRange } from '#core/timeline/take-range.ts'
import type { Rgb24 } from '../media-port.ts'

export interface SegmentMeasures {
  /** Passes pictures through and measures each. */
  watch(pictures: AsyncIterable<Rgb24>): AsyncGenerator<Rgb24, void, undefined>
  /** One a segment, in order. */
  results(): readonly Segment[]
}

type Sums = { frames: number; brightness: number; contrast: number; colour: number; sharpness: number }

/** `segments` cover the take's frames in order; frames before, between and behind them are not measured. */
export function createSegmentMeasures(segments: readonly FrameRange[], { width, height }: { readonly width: number; readonly height: number }): SegmentMeasures {
  const sums: Sums[] = segments.map(() => ({ frames: 0, brightness: 0, contrast: 0, colour: 0, sharpness: 0 }))

  return {
    async *watch(pictures) {
      let frame = 0
      let current = 0
      for await (const picture of pictures) {
        while (current < segments.length && frame >= (segments[current] as FrameRange).endFrame) current += 1
        const segment = segments[current]
        if (segment && frame >= segment.startFrame) addPicture(sums[current] as Sums, picture, width, height)
        frame += 1
        yield picture
      }
    },
    results: () => segments.map(({ startFrame, endFrame }, index) => {
      const { frames, brightness, contrast, colour, sharpness } = sums[index] as Sums
      const mean = (sum: number): number => Number((sum / Math.max(1, frames)).toFixed(5))
      return { startFrame, endFrame, brightness: mean(brightness), contrast: mean(contrast), colour: mean(colour), sharpness: mean(sharpness) }
    }),
  }
}

/** Mean and deviation of the luma, mean chroma, and mean distance of the luma from its four neighbours' mean; all of full scale. */
function addPicture(sums: Sums, picture: Rgb24, width: number, height: number): void {
  const count = width * height
  const luma = new Float32Array(count)
  let mean = 0, squares = 0, chroma = 0
  for (let pixel = 0; pixel < count; pixel++) {
    const red = (picture[pixel * 3] as number) / 255, green = (picture[pixel * 3 + 1] as number) / 255, blue = (picture[pixel * 3 + 2] as number) / 255
    // BT.709
    const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    luma[pixel] = y
    mean += y
    squares += y * y
    chroma += Math.hypot((blue - y) / 1.8556, (red - y) / 1.5748)
  }
  let roughness = 0
  for (let row = 1; row < height - 1; row++) {
    for (let pixel = row * width + 1; pixel < (row + 1) * width - 1; pixel++) {
      roughness += Math.abs((luma[pixel] as number) - ((luma[pixel - 1] as number) + (luma[pixel + 1] as number) + (luma[pixel - width] as number) + (luma[pixel + width] as number)) / 4)
    }
  }
  mean /= count
  sums.frames += 1
  sums.brightness += mean
  sums.contrast += Math.sqrt(Math.max(0, squares / count - mean * mean))
  sums.colour += chroma / count
  sums.sharpness += roughness / Math.max(1, (width - 2) * (height - 2))
}
