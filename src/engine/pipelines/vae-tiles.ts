/**
 * A clip through a VAE in spatial tiles over its whole length, blended linearly where they overlap: the order of blending is
 * that of diffusers' `tiled_decode` and `tiled_encode`, so that results are equal to theirs.
 */
import type { FrameSize } from '#core/document/schema.ts'
import { elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'

/** In pixels; both are multiples of the pack's spatial compression. Neighbours overlap by `size - stride`. */
export interface VaeTiles {
  readonly size: number
  readonly stride: number
}

/** 8-bit pixels, rgb24, one frame after the other: a quarter of what float32 takes. */
export interface PixelClip {
  readonly pixels: Uint8Array
  readonly frameCount: number
  readonly frameSize: FrameSize
}

/** One piece of a plane: where it begins, how long it is, and how much of it no later piece overlaps. */
interface Span {
  readonly start: number
  readonly length: number
  readonly own: number
}

/** [3 or C, F, height, width], planes one after the other. */
interface Block {
  readonly data: Float32Array
  readonly planes: number
  readonly height: number
  readonly width: number
}

/** Runs one tile: elements of shape [1, C, F', h, w] in, the other side's block out. */
export type RunTile = (data: Float32Array, shape: LatentShape) => Promise<Float32Array>

export function tileCount({ width, height }: FrameSize, { stride }: VaeTiles): number {
  return Math.ceil(width / stride) * Math.ceil(height / stride)
}

/**
 * Latents [1, C, F', H', W'], not normalised -> 8-bit frames. `run` decodes one tile to float32 [1, 3, F, h, w].
 * Beside the result it holds one decoded tile and the overlaps of one row of tiles in float32.
 */
export async function decodeInTiles(latents: Float32Array, shape: LatentShape, frameCount: number, spatialCompression: number, tiles: VaeTiles, run: RunTile): Promise<PixelClip> {
  const frameSize = { width: shape[4] * spatialCompression, height: shape[3] * spatialCompression }
  const pixels = new Uint8Array(frameCount * frameSize.width * frameSize.height * 3)
  await eachTile({ data: latents, shape, tiles: inCells(tiles, spatialCompression), scale: spatialCompression, planes: 3 * frameCount, run }, (block, rows, columns) => {
    writePixels(block, rows, columns, frameCount, frameSize, pixels)
  })
  return { pixels, frameCount, frameSize }
}

/** Frames [1, 3, F, H, W] -> latents [1, C, F', H', W'], not normalised. `run` encodes one tile. */
export async function encodeInTiles(frames: Float32Array, frameShape: LatentShape, latentShape: LatentShape, spatialCompression: number, tiles: VaeTiles, run: RunTile): Promise<Float32Array> {
  const latents = new Float32Array(elementCount(latentShape))
  const [, channels, latentFrames, height, width] = latentShape
  await eachTile({ data: frames, shape: frameShape, tiles, scale: 1 / spatialCompression, planes: channels * latentFrames, run }, ({ data, ...block }, rows, columns) => {
    for (let plane = 0; plane < block.planes; plane++) {
      for (let y = 0; y < rows.own; y++) {
        const from = (plane * block.height + y) * block.width
        latents.set(data.subarray(from, from + columns.own), (plane * height + rows.start + y) * width + columns.start)
      }
    }
  })
  return latents
}

interface TileRun {
  readonly data: Float32Array
  readonly shape: LatentShape
  /** In elements of `shape`. */
  readonly tiles: VaeTiles
  /** Elements of the result for each of the input. */
  readonly scale: number
  /** Planes of the result: channels times frames. */
  readonly planes: number
  readonly run: RunTile
}

/** Row by row, left to right: a tile is blended with the one above, then with the one to its left, both as they were left. */
async function eachTile({ data, shape, tiles, scale, planes, run }: TileRun, take: (block: Block, rows: Span, columns: Span) => void): Promise<void> {
  const rows = spansOf(shape[3], tiles)
  const columns = spansOf(shape[4], tiles)
  let above: (Block | null)[] = columns.map(() => null)
  for (const row of rows) {
    let left: Block | null = null
    const below: (Block | null)[] = []
    for (const [index, column] of columns.entries()) {
      const input = cut(data, shape, row, column)
      const decoded = await run(input, [1, shape[1], shape[2], row.length, column.length])
      const [outRow, outColumn] = [scaled(row, scale), scaled(column, scale)]
      const block: Block = { data: decoded, planes, height: outRow.length, width: outColumn.length }
      if (decoded.length !== planes * block.height * block.width) throw new RangeError(`a tile of ${block.width} x ${block.height} came back with ${decoded.length} elements where ${planes * block.height * block.width} are due`)
      const top = above[index] ?? null
      if (top !== null) blendRows(top, block)
      if (left !== null) blendColumns(left, block)
      take(block, outRow, outColumn)
      // Copies: the tile itself is let go before the next one is computed.
      below.push(row.length > row.own ? crop(block, outRow.own, 0) : null)
      left = column.length > column.own ? crop(block, 0, outColumn.own) : null
      above[index] = null
    }
    above = below
  }
}

function spansOf(length: number, { size, stride }: VaeTiles): readonly Span[] {
  const spans: Span[] = []
  for (let start = 0; start < length; start += stride) {
    const reach = Math.min(size, length - start)
    spans.push({ start, length: reach, own: Math.min(stride, reach) })
  }
  return spans
}

function inCells({ size, stride }: VaeTiles, spatialCompression: number): VaeTiles {
  return { size: size / spatialCompression, stride: stride / spatialCompression }
}

function scaled({ start, length, own }: Span, scale: number): Span {
  return { start: start * scale, length: length * scale, own: own * scale }
}

function cut(data: Float32Array, [, channels, frames, height, width]: LatentShape, row: Span, column: Span): Float32Array {
  const piece = new Float32Array(channels * frames * row.length * column.length)
  let to = 0
  for (let plane = 0; plane < channels * frames; plane++) {
    for (let y = row.start; y < row.start + row.length; y++, to += column.length) {
      const from = (plane * height + y) * width + column.start
      piece.set(data.subarray(from, from + column.length), to)
    }
  }
  return piece
}

/** What lies below `fromRow` and right of `fromColumn`. */
function crop({ data, planes, height, width }: Block, fromRow: number, fromColumn: number): Block {
  const [cropHeight, cropWidth] = [height - fromRow, width - fromColumn]
  const cropped = new Float32Array(planes * cropHeight * cropWidth)
  let to = 0
  for (let plane = 0; plane < planes; plane++) {
    for (let y = fromRow; y < height; y++, to += cropWidth) {
      const from = (plane * height + y) * width + fromColumn
      cropped.set(data.subarray(from, from + cropWidth), to)
    }
  }
  return { data: cropped, planes, height: cropHeight, width: cropWidth }
}

function blendRows(above: Block, block: Block): void {
  const { data, planes, height, width } = block
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < above.height; y++) {
      const weight = y / above.height
      const from = (plane * above.height + y) * width
      const to = (plane * height + y) * width
      for (let x = 0; x < width; x++) data[to + x] = (above.data[from + x] as number) * (1 - weight) + (data[to + x] as number) * weight
    }
  }
}

function blendColumns(left: Block, block: Block): void {
  const { data, planes, height, width } = block
  for (let line = 0; line < planes * height; line++) {
    for (let x = 0; x < left.width; x++) {
      const weight = x / left.width
      const to = line * width + x
      data[to] = (left.data[line * left.width + x] as number) * (1 - weight) + (data[to] as number) * weight
    }
  }
}

function writePixels({ data, height, width }: Block, rows: Span, columns: Span, frameCount: number, frameSize: FrameSize, pixels: Uint8Array): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let frame = 0; frame < frameCount; frame++) {
      for (let y = 0; y < rows.own; y++) {
        const from = ((channel * frameCount + frame) * height + y) * width
        let to = ((frame * frameSize.height + rows.start + y) * frameSize.width + columns.start) * 3 + channel
        for (let x = 0; x < columns.own; x++, to += 3) pixels[to] = toByte(data[from + x] as number)
      }
    }
  }
}

/** [-1, 1], clamped -> the nearest of 256 levels. */
export function toByte(value: number): number {
  return Math.round((Math.min(1, Math.max(-1, value)) * 0.5 + 0.5) * 255)
}
