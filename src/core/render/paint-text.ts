/** Paints titles and captions: white with a dark outline, so that they read on any picture, and inside the safe area. */
import type { FrameSize } from '../document/schema.ts'
import { textFont } from './fonts.ts'
import type { TextLayer } from './frame.ts'
import { safeRect } from './paint-context.ts'
import type { PaintContext, PixelRect, SafeMargins } from './paint-context.ts'
import { wrapBalanced } from './text-layout.ts'
import type { TextLines } from './text-layout.ts'

interface TextStyle {
  readonly weight: 600 | 700
  readonly maxLines: number
  /** Sizes that are tried before text is cut. */
  readonly shrinks: readonly number[]
  readonly outline: number
}

const STYLES: Readonly<Record<TextLayer['role'], TextStyle>> = Object.freeze({
  title: { weight: 700, maxLines: 3, shrinks: [1, 0.85, 0.7, 0.55], outline: 0.06 },
  caption: { weight: 600, maxLines: 3, shrinks: [1, 0.9, 0.8], outline: 0.16 },
})

/** All as shares of the text size. */
const LINE_HEIGHT = 1.24
const BASELINE = 0.95
/** How far above the lower safe edge a lower title stands, as a share of the safe height: captions keep their place. */
const LOWER_TITLE_RAISE = 0.16

export interface FittedText extends TextLines { readonly sizePx: number }

/** Sets the text in the largest of its sizes in which it fits, measured by the canvas. */
export function fitText<Image>(canvas: PaintContext<Image>, layer: TextLayer, maxWidth: number, frameHeight: number): FittedText {
  const { weight, maxLines, shrinks } = STYLES[layer.role]
  let fitted: FittedText = { lines: [], isCut: true, sizePx: 0 }
  for (const shrink of shrinks) {
    const sizePx = layer.size * frameHeight * shrink
    canvas.font = textFont(weight, sizePx)
    fitted = { ...wrapBalanced(layer.text, maxWidth, maxLines, (text) => canvas.measureText(text).width), sizePx }
    if (!fitted.isCut) break
  }
  return fitted
}

export function paintText<Image>(canvas: PaintContext<Image>, layer: TextLayer, frameSize: FrameSize, margins: SafeMargins): void {
  const safe = safeRect(frameSize, margins)
  const centre = frameSize.width / 2
  const { outline } = STYLES[layer.role]
  // Centred on the frame, not on the safe area: platforms cover one side, and off-centre text looks like a mistake.
  const maxWidth = 2 * Math.min(centre - safe.x, safe.x + safe.width - centre) / (1 + outline / 10)
  canvas.save()
  const { lines, sizePx } = fitText(canvas, layer, maxWidth, frameSize.height)
  canvas.globalAlpha = layer.opacity
  canvas.textAlign = 'center'
  canvas.textBaseline = 'alphabetic'
  canvas.lineJoin = 'round'
  canvas.lineWidth = outline * sizePx
  canvas.strokeStyle = 'rgba(0, 0, 0, 0.82)'
  canvas.fillStyle = '#ffffff'
  const top = blockTop(layer, lines.length * LINE_HEIGHT * sizePx, safe, frameSize)
  // All outlines first: a line's outline must not darken the letters of the line above.
  for (const [index, line] of lines.entries()) canvas.strokeText(line, centre, top + (index * LINE_HEIGHT + BASELINE) * sizePx)
  for (const [index, line] of lines.entries()) canvas.fillText(line, centre, top + (index * LINE_HEIGHT + BASELINE) * sizePx)
  canvas.restore()
}

function blockTop(layer: TextLayer, blockHeight: number, safe: PixelRect, frameSize: FrameSize): number {
  switch (layer.position) {
    case 'upper': return safe.y
    case 'lower': return safe.y + safe.height - blockHeight - (layer.role === 'title' ? LOWER_TITLE_RAISE * safe.height : 0)
    case 'centre': return (frameSize.height - blockHeight) / 2
  }
}
