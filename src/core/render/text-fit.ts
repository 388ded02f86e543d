/** Finds the size and the lines in which a title or caption fits the frame; painting and the export's checks share it. */
import type { FrameSize } from '../document/schema.ts'
import type { TextLayer } from './frame.ts'
import { safeRect } from './paint-context.ts'
import type { SafeMargins } from './paint-context.ts'
import { wrapBalanced } from './text-layout.ts'
import type { TextLines } from './text-layout.ts'

export interface TextStyle {
  readonly weight: 600 | 700
  readonly maxLines: number
  /** Sizes that are tried before text is cut, as shares of the size asked for. */
  readonly shrinks: readonly number[]
  /** Width of the outline as a share of the text size. */
  readonly outline: number
}

export const TEXT_STYLES: Readonly<Record<TextLayer['role'], TextStyle>> = Object.freeze({
  title: { weight: 700, maxLines: 3, shrinks: [1, 0.85, 0.7, 0.55], outline: 0.06 },
  caption: { weight: 600, maxLines: 3, shrinks: [1, 0.9, 0.8], outline: 0.16 },
})

/** Distance of baselines as a share of the text size. */
export const LINE_HEIGHT = 1.24

export interface FittedText extends TextLines { readonly sizePx: number }

/** Width of a text in pixels at a weight and size. */
export type MeasureAt = (text: string, weight: 600 | 700, sizePx: number) => number

/** The largest of the style's sizes in which the text fits its lines; cut with an ellipsis where none does. */
export function fitText(layer: TextLayer, maxWidthPx: number, frameHeight: number, measureAt: MeasureAt): FittedText {
  const { weight, maxLines, shrinks } = TEXT_STYLES[layer.role]
  let fitted: FittedText = { lines: [], isCut: true, sizePx: 0 }
  for (const shrink of shrinks) {
    const sizePx = layer.size * frameHeight * shrink
    fitted = { ...wrapBalanced(layer.text, maxWidthPx, maxLines, (text) => measureAt(text, weight, sizePx)), sizePx }
    if (!fitted.isCut) break
  }
  return fitted
}

/** Height of the block of lines in pixels. */
export function textHeight({ lines, sizePx }: FittedText): number {
  return lines.length * LINE_HEIGHT * sizePx
}

/**
 * Longest line in pixels. Text is centred on the frame, not on the safe area: platforms cover one side, and off-centre
 * text looks like a mistake.
 */
export function textWidthLimit(frameSize: FrameSize, margins: SafeMargins, role: TextLayer['role']): number {
  const safe = safeRect(frameSize, margins)
  const centre = frameSize.width / 2
  const half = Math.max(1, Math.min(centre - safe.x, safe.x + safe.width - centre))
  // Outlines stand half their width over the letters; 5 % of the width holds the largest of them.
  return 2 * half * (1 - TEXT_STYLES[role].outline / 8)
}
