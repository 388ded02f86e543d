/** Paints titles and captions: white with a dark outline, so that they read on any picture, and inside the safe area. */
import type { FrameSize } from '../document/schema.ts'
import { textFont } from './fonts.ts'
import type { TextLayer } from './frame.ts'
import { safeRect } from './paint-context.ts'
import type { PaintContext, PixelRect, SafeMargins } from './paint-context.ts'
import { fitText, LINE_HEIGHT, TEXT_STYLES, textHeight, textWidthLimit } from './text-fit.ts'

/** First baseline below the block's top, as a share of the text size. */
const BASELINE = 0.95
/** How far from the safe edges upper and lower titles stand, as a share of the safe height: the DRAFT mark and captions keep their place. */
const UPPER_TITLE_DROP = 0.07
const LOWER_TITLE_RAISE = 0.16

export function paintText<Image>(canvas: PaintContext<Image>, layer: TextLayer, frameSize: FrameSize, margins: SafeMargins): void {
  const { weight, outline } = TEXT_STYLES[layer.role]
  canvas.save()
  const fitted = fitText(layer, textWidthLimit(frameSize, margins, layer.role), frameSize.height, (text, ofWeight, sizePx) => {
    canvas.font = textFont(ofWeight, sizePx)
    return canvas.measureText(text).width
  })
  const { lines, sizePx } = fitted
  const top = blockTop(layer, textHeight(fitted), safeRect(frameSize, margins), frameSize)
  const baseline = (index: number): number => top + (index * LINE_HEIGHT + BASELINE) * sizePx
  canvas.font = textFont(weight, sizePx)
  canvas.globalAlpha = layer.opacity
  canvas.textAlign = 'center'
  canvas.textBaseline = 'alphabetic'
  canvas.lineJoin = 'round'
  canvas.lineWidth = outline * sizePx
  canvas.strokeStyle = 'rgba(0, 0, 0, 0.82)'
  canvas.fillStyle = '#ffffff'
  // All outlines first: a line's outline must not darken the letters of the line above.
  for (const [index, line] of lines.entries()) canvas.strokeText(line, frameSize.width / 2, baseline(index))
  for (const [index, line] of lines.entries()) canvas.fillText(line, frameSize.width / 2, baseline(index))
  canvas.restore()
}

function blockTop(layer: TextLayer, blockHeight: number, safe: PixelRect, frameSize: FrameSize): number {
  const isTitle = layer.role === 'title'
  switch (layer.position) {
    case 'upper': return safe.y + (isTitle ? UPPER_TITLE_DROP * safe.height : 0)
    case 'lower': return safe.y + safe.height - blockHeight - (isTitle ? LOWER_TITLE_RAISE * safe.height : 0)
    case 'centre': return (frameSize.height - blockHeight) / 2
  }
}
