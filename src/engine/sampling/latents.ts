/** The layout of video latents, [1, channels, frames, height, width], and work on single latent frames of them. */

export type LatentShape = readonly [1, number, number, number, number]

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, edge) => product * edge, 1)
}

/** Calls `visit` with the element ranges [start, end) of one latent frame, one range a channel. */
export function forEachPlane(shape: LatentShape, frame: number, visit: (start: number, end: number, channel: number) => void): void {
  const [, channels, frames, height, width] = shape
  const plane = height * width
  for (let channel = 0; channel < channels; channel++) {
    const start = (channel * frames + frame) * plane
    visit(start, start + plane, channel)
  }
}

/** Copies one latent frame from a tensor to another; the shapes may differ in their frame counts alone. */
export function copyFrame(from: Float32Array, fromShape: LatentShape, fromFrame: number, to: Float32Array, toShape: LatentShape, toFrame: number): void {
  const sources: number[] = []
  forEachPlane(fromShape, fromFrame, (start) => sources.push(start))
  forEachPlane(toShape, toFrame, (start, end, channel) => {
    const source = sources[channel] as number
    to.set(from.subarray(source, source + (end - start)), start)
  })
}
