/** Paints what stands in for a picture: the slate of a shot without a take, and the hatch of media that is offline. */
import type { FrameSize } from '../document/schema.ts'
import { textFont } from './fonts.ts'
import type { SlateLayer } from './frame.ts'
import type { PaintContext } from './paint-context.ts'
import { wrapText } from './text-layout.ts'

const BACKGROUND = '#16181c'
const HATCH = '#1f2228'
const RULE = '#3a3f48'
const HEADING = '#f2f3f5'
const PROMPT = '#a4abb6'

/** Shares of the frame's shorter side. */
const MARGIN = 0.09
const HEADING_SIZE = 0.075
const PROMPT_SIZE = 0.044
const PROMPT_LINE_HEIGHT = 1.4
const HATCH_STEP = 0.07
const HATCH_WIDTH = 0.02

/** Heading, a rule and the prompt on a quiet hatch. */
export function paintSlate<Image>(canvas: PaintContext<Image>, layer: SlateLayer, frameSize: FrameSize): void {
  const unit = Math.min(frameSize.width, frameSize.height)
  const left = MARGIN * unit
  const textWidth = frameSize.width - 2 * left
  paintHatch(canvas, frameSize)
  canvas.textAlign = 'left'
  canvas.textBaseline = 'alphabetic'

  canvas.font = textFont(400, PROMPT_SIZE * unit)
  const promptLines = Math.max(2, Math.min(8, Math.floor((0.5 * frameSize.height) / (PROMPT_SIZE * PROMPT_LINE_HEIGHT * unit))))
  const prompt = wrapText(layer.prompt.trim() === '' ? 'No prompt yet' : layer.prompt, textWidth, promptLines, (text) => canvas.measureText(text).width)
  const promptHeight = prompt.lines.length * PROMPT_SIZE * PROMPT_LINE_HEIGHT * unit
  const top = Math.max(left, (frameSize.height - promptHeight - 2.2 * HEADING_SIZE * unit) / 2)

  canvas.font = textFont(700, HEADING_SIZE * unit)
  canvas.fillStyle = HEADING
  const heading = wrapText(layer.heading, textWidth, 1, (text) => canvas.measureText(text).width).lines[0] ?? ''
  canvas.fillText(heading, left, top + HEADING_SIZE * unit)
  canvas.fillStyle = RULE
  canvas.fillRect(left, top + 1.5 * HEADING_SIZE * unit, textWidth, Math.max(1, 0.004 * unit))

  canvas.font = textFont(400, PROMPT_SIZE * unit)
  canvas.fillStyle = PROMPT
  const promptTop = top + 1.5 * HEADING_SIZE * unit + PROMPT_SIZE * unit * 1.7
  for (const [index, line] of prompt.lines.entries()) canvas.fillText(line, left, promptTop + index * PROMPT_SIZE * PROMPT_LINE_HEIGHT * unit)
}

/** Diagonal stripes: no picture is here. */
export function paintHatch<Image>(canvas: PaintContext<Image>, { width, height }: FrameSize): void {
  const unit = Math.min(width, height)
  canvas.fillStyle = BACKGROUND
  canvas.fillRect(0, 0, width, height)
  canvas.strokeStyle = HATCH
  canvas.lineWidth = HATCH_WIDTH * unit
  canvas.beginPath()
  for (let x = -height; x < width; x += HATCH_STEP * unit) {
    canvas.moveTo(x, height)
    canvas.lineTo(x + height, 0)
  }
  canvas.stroke()
}
