/** Paints one frame of the render graph on a 2D canvas; the preview and the export run this same code. */
import type { FrameSize } from '../document/schema.ts'
import { assertNever } from '../errors.ts'
import { textFont } from './fonts.ts'
import type { NormalisedRect, PictureWindow, RenderFrame, RenderLayer, TakeLayer } from './frame.ts'
import { safeRect } from './paint-context.ts'
import type { PaintContext, PaintOptions, Picture, PictureSource } from './paint-context.ts'
import { paintHatch, paintSlate } from './paint-slate.ts'
import { paintText } from './paint-text.ts'

/**
 * Fills the whole frame; the canvas' state is left as it was. Pictures cover the frame, cropped evenly at the sides that
 * stand over; a picture that the source has not got is hatched. Text reaches the canvas only as text.
 */
export function paintFrame<Image>(
  canvas: PaintContext<Image>, frame: RenderFrame, frameSize: FrameSize, pictures: PictureSource<Image>, options: PaintOptions,
): void {
  canvas.save()
  canvas.globalAlpha = 1
  canvas.imageSmoothingEnabled = true
  canvas.imageSmoothingQuality = 'high'
  canvas.fillStyle = '#000000'
  canvas.fillRect(0, 0, frameSize.width, frameSize.height)
  for (const layer of frame.layers) paintLayer(canvas, layer, frameSize, pictures, options)
  if (options.markDrafts && frame.layers.some((layer) => layer.kind === 'take' && layer.isDraft)) paintDraftMark(canvas, frameSize, options)
  canvas.restore()
}

function paintLayer<Image>(canvas: PaintContext<Image>, layer: RenderLayer, frameSize: FrameSize, pictures: PictureSource<Image>, options: PaintOptions): void {
  switch (layer.kind) {
    case 'take': return paintClipped(canvas, layer, frameSize, () => paintTake(canvas, layer, frameSize, pictures))
    case 'slate': return paintClipped(canvas, layer, frameSize, () => paintSlate(canvas, layer, frameSize))
    case 'colour': return paintColour(canvas, layer.colour, layer.opacity, frameSize)
    case 'text': return paintText(canvas, layer, frameSize, options.safeArea)
    default: return assertNever(layer)
  }
}

function paintClipped<Image>(canvas: PaintContext<Image>, layer: { readonly opacity: number; readonly clip: NormalisedRect | null }, frameSize: FrameSize, paint: () => void): void {
  canvas.save()
  canvas.globalAlpha = layer.opacity
  if (layer.clip) clipTo(canvas, layer.clip, frameSize)
  paint()
  canvas.restore()
}

/** On whole pixels: a wipe's edge is sharp. */
function clipTo<Image>(canvas: PaintContext<Image>, { x, y, width, height }: NormalisedRect, frameSize: FrameSize): void {
  const left = Math.round(x * frameSize.width)
  const top = Math.round(y * frameSize.height)
  canvas.beginPath()
  canvas.rect(left, top, Math.round((x + width) * frameSize.width) - left, Math.round((y + height) * frameSize.height) - top)
  canvas.clip()
}

function paintTake<Image>(canvas: PaintContext<Image>, layer: TakeLayer, frameSize: FrameSize, pictures: PictureSource<Image>): void {
  const picture = pictures(layer)
  if (!picture) return paintHatch(canvas, frameSize)
  if (layer.windows) return paintWindows(canvas, layer.windows, layer.opacity, picture, frameSize)
  const crop = coverCrop(picture, frameSize)
  canvas.drawImage(picture.image, crop.x, crop.y, crop.width, crop.height, 0, 0, frameSize.width, frameSize.height)
}

/** Each window with an equal share of the layer's opacity: the later ones are thinner, since they cover the earlier. */
function paintWindows<Image>(canvas: PaintContext<Image>, windows: readonly PictureWindow[], opacity: number, picture: Picture<Image>, frameSize: FrameSize): void {
  const share = opacity / windows.length
  for (const [index, window] of windows.entries()) {
    canvas.save()
    canvas.globalAlpha = share / (1 - (windows.length - 1 - index) * share)
    paintWindow(canvas, window, picture, frameSize)
    canvas.restore()
  }
}

function paintWindow<Image>(canvas: PaintContext<Image>, { centreX, centreY, zoom, rotation }: PictureWindow, picture: Picture<Image>, frameSize: FrameSize): void {
  const cover = coverCrop(picture, frameSize)
  const [x, y, width, height] = [centreX * picture.width, centreY * picture.height, cover.width / zoom, cover.height / zoom]
  if (rotation === 0) return canvas.drawImage(picture.image, x - width / 2, y - height / 2, width, height, 0, 0, frameSize.width, frameSize.height)
  const scale = frameSize.width / width
  canvas.translate(frameSize.width / 2, frameSize.height / 2)
  canvas.rotate((-rotation * Math.PI) / 180)
  canvas.drawImage(picture.image, 0, 0, picture.width, picture.height, -x * scale, -y * scale, picture.width * scale, picture.height * scale)
}

/** The part of a picture that covers the frame: the largest of the frame's shape, from the middle. */
export function coverCrop({ width, height }: Pick<Picture<unknown>, 'width' | 'height'>, frameSize: FrameSize): { x: number; y: number; width: number; height: number } {
  const scale = Math.min(width / frameSize.width, height / frameSize.height)
  const cropWidth = frameSize.width * scale
  const cropHeight = frameSize.height * scale
  return { x: (width - cropWidth) / 2, y: (height - cropHeight) / 2, width: cropWidth, height: cropHeight }
}

function paintColour<Image>(canvas: PaintContext<Image>, colour: string, opacity: number, frameSize: FrameSize): void {
  canvas.save()
  canvas.globalAlpha = opacity
  canvas.fillStyle = colour
  canvas.fillRect(0, 0, frameSize.width, frameSize.height)
  canvas.restore()
}

const DRAFT_TEXT = 'DRAFT'
/** Shares of the frame's shorter side. */
const DRAFT_SIZE = 0.034

/** In the upper left of the safe area, where no platform puts buttons. */
function paintDraftMark<Image>(canvas: PaintContext<Image>, frameSize: FrameSize, options: PaintOptions): void {
  const size = DRAFT_SIZE * Math.min(frameSize.width, frameSize.height)
  const safe = safeRect(frameSize, options.safeArea)
  canvas.save()
  canvas.font = textFont(700, size)
  canvas.textAlign = 'left'
  canvas.textBaseline = 'alphabetic'
  const width = canvas.measureText(DRAFT_TEXT).width
  canvas.fillStyle = 'rgba(0, 0, 0, 0.62)'
  canvas.fillRect(safe.x, safe.y, width + 1.1 * size, 1.6 * size)
  canvas.fillStyle = '#ffc53d'
  canvas.fillText(DRAFT_TEXT, safe.x + 0.55 * size, safe.y + 1.16 * size)
  canvas.restore()
}
