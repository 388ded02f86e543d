/** Decides whether a clip goes through the VAE whole or in tiles, before anything is loaded. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import type { FrameSize } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import type { VaeTiles } from './vae-tiles.ts'

/** ONNX Runtime indexes convolutions with 32 bits (its issue 15715); beyond that a decode fails after all steps were paid for. */
const MAX_TENSOR_ELEMENTS = 2 ** 31 - 1
/** Where a manifest does not say: what the widest common video VAE has at full size. */
const WIDEST_CHANNELS = 128
/** diffusers' own: 256 pixels every 192, blended over 64. */
const USUAL_TILES: VaeTiles = Object.freeze({ size: 256, stride: 192 })
/** A tile of fewer latent cells is mostly overlap. */
const LEAST_CELLS = 4

export interface TileQuestion {
  readonly frameSize: FrameSize
  readonly frameCount: number
  /** Smaller than usual: asked for after a decode ran out of memory. */
  readonly wantsSmaller: boolean
  /** What the device can still give; null where it does not say. */
  readonly freeBytes: number | null
}

/** null: the whole clip in one run. Throws INVALID_INPUT where not even tiles would do. */
export function chooseVaeTiles(pack: PackManifest, question: TileQuestion): VaeTiles | null {
  const usual = usualTiles(pack)
  const needsTiles = isBeyondRuntime(pack, question) || isBeyondMemory(pack, question)
  const tiles = needsTiles && isSmallerThan(usual, question.frameSize) ? usual : null
  return checked(question.wantsSmaller ? smallerThan(tiles, usual, pack, question) : tiles, pack, question)
}

function checked(tiles: VaeTiles | null, pack: PackManifest, question: TileQuestion): VaeTiles | null {
  if (tiles === null) {
    if (isBeyondRuntime(pack, question)) throw tooLong(pack, question)
    return null
  }
  if (elements(pack, question.frameCount, tiles.size, tiles.size) > MAX_TENSOR_ELEMENTS) throw tooLong(pack, question)
  return tiles
}

/** The pack's own tiles, or the usual ones in whole latent cells. */
export function usualTiles({ vae, latent: { spatialCompression } }: PackManifest): VaeTiles {
  if (vae !== undefined) return { size: vae.tileSize, stride: vae.tileStride }
  return inWholeCells(USUAL_TILES, spatialCompression)
}

function isBeyondRuntime(pack: PackManifest, { frameCount, frameSize }: TileQuestion): boolean {
  return elements(pack, frameCount, frameSize.width, frameSize.height) > MAX_TENSOR_ELEMENTS
}

/** Activations grow with the frames; weights do not, so a shorter clip's need is taken a little too high. */
function isBeyondMemory({ sizes, frames }: PackManifest, { frameSize, frameCount, freeBytes }: TileQuestion): boolean {
  const table = sizes.find(({ width, height }) => width === frameSize.width && height === frameSize.height)?.memory
  if (table === undefined || freeBytes === null) return false
  return table.vaeDecoderTiled < table.vaeDecoder && table.vaeDecoder * Math.min(1, frameCount / frames.max) > freeBytes
}

function elements({ vae }: PackManifest, frameCount: number, width: number, height: number): number {
  return frameCount * width * height * (vae?.widestChannels ?? WIDEST_CHANNELS)
}

function isSmallerThan({ size }: VaeTiles, { width, height }: FrameSize): boolean {
  return size < width || size < height
}

/** Half of the tiles that were not small enough; where the clip was whole, the usual ones, halved until they cut the frame at all. */
function smallerThan(before: VaeTiles | null, usual: VaeTiles, pack: PackManifest, { frameSize }: TileQuestion): VaeTiles | null {
  // Tiles that cannot be halved stay: whole needs more than they did.
  if (before !== null) return halved(before, pack) ?? before
  let tiles: VaeTiles | null = usual
  while (tiles !== null && !isSmallerThan(tiles, frameSize)) tiles = halved(tiles, pack)
  return tiles
}

function halved({ size, stride }: VaeTiles, { latent: { spatialCompression } }: PackManifest): VaeTiles | null {
  const tiles = inWholeCells({ size: size / 2, stride: stride / 2 }, spatialCompression)
  return tiles.size < LEAST_CELLS * spatialCompression || tiles.size >= size ? null : tiles
}

function inWholeCells({ size, stride }: VaeTiles, spatialCompression: number): VaeTiles {
  const whole = (pixels: number): number => Math.max(1, Math.floor(pixels / spatialCompression)) * spatialCompression
  return { size: whole(size), stride: whole(stride) }
}

function tooLong({ name }: PackManifest, { frameCount, frameSize }: TileQuestion): StudioError {
  return new StudioError({
    code: 'INVALID_INPUT',
    message: `A clip of ${frameCount} frames of ${frameSize.width} x ${frameSize.height} is too large for the decoder of the pack "${name}", even in tiles.`,
    remedy: 'Choose a shorter shot or a smaller size.',
  })
}
