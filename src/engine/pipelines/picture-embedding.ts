/** What an image encoder (CLIP) sees and says of pictures, prepared as the references prepare them. */
import type { PictureEmbedding } from '#contracts/pack-manifest.ts'
import type { FrameSize } from '#core/document/schema.ts'
import type { Session, Tensor } from '../inference/inference-port.ts'
import type { Rgb24 } from '../media-port.ts'
import { resizeBicubic } from './bicubic.ts'
import { onlyOutput, wrongShape } from './graph-output.ts'

/** float32 [1, pictures x tokens, dimension], one picture after the other; zeros for one picture where none is given, and then nothing is loaded. */
export async function embedPictures(pictures: readonly Rgb24[], frameSize: FrameSize, embedding: PictureEmbedding, openEncoder: () => Promise<Session>): Promise<Tensor> {
  const { size, tokens, dimension } = embedding
  const count = Math.max(1, pictures.length)
  const data = new Float32Array(count * tokens * dimension)
  if (pictures.length > 0) {
    const session = await openEncoder()
    for (const [index, picture] of pictures.entries()) {
      const outputs = await session.run({ pixel_values: { type: 'float32', data: encoderPixels(picture, frameSize, embedding), dims: [1, 3, size, size] } })
      const rows = onlyOutput(outputs, 'hidden_states').data
      if (rows.length !== tokens * dimension) throw wrongShape(`its image encoder gave ${rows.length} values where ${tokens} x ${dimension} are due`)
      data.set(rows, index * tokens * dimension)
    }
  }
  return { type: 'float32', data, dims: [1, count * tokens, dimension] }
}

/** rgb24 of `frameSize` -> float32 [3, size, size]: resized, cropped at the centre or brought to a square, normalised. */
export function encoderPixels(picture: Rgb24, frameSize: FrameSize, { size, fit, mean, std }: PictureEmbedding): Float32Array {
  const target = fit === 'crop' ? coveringSize(frameSize, size) : { width: size, height: size }
  const resized = resizeBicubic(picture, frameSize, target, fit === 'stretch' ? 'sharp' : 'antialiased')
  const left = Math.floor((target.width - size) / 2)
  const top = Math.floor((target.height - size) / 2)
  const pixels = new Float32Array(3 * size * size)
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const value = (resized[((top + row) * target.width + left + column) * 3 + channel] as number) / 255
        pixels[(channel * size + row) * size + column] = (value - (mean[channel] as number)) / (std[channel] as number)
      }
    }
  }
  return pixels
}

/** The shorter side becomes `edge`; the longer one is cut to whole pixels as the references cut it. */
function coveringSize({ width, height }: FrameSize, edge: number): FrameSize {
  return width <= height ? { width: edge, height: Math.floor((edge * height) / width) } : { width: Math.floor((edge * width) / height), height: edge }
}
