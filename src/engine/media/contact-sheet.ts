/** A contact sheet: frames of the finished file at even distances, with their timecodes, on one picture. */
import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { createCanvas, type Canvas } from '@napi-rs/canvas'
import type { FrameRate, FrameSize } from '#core/document/schema.ts'
import { MONO_FONT, textFont } from '#core/render/fonts.ts'
import { formatTimecode } from '#core/timeline/time.ts'
import { decodeToStream } from './ffmpeg-command.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { SAFE_INPUT } from './video-reader.ts'
import { writeVerified } from './verified-file.ts'

export interface ContactSheetRequest {
  readonly file: string
  readonly overwrite: boolean
  readonly video: string
  readonly frameCount: number
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  readonly heading: string
}

const MAX_PICTURES = 12
/** Pixels along the longer edge of a picture on the sheet. */
const PICTURE_EDGE = 360
const GAP = 12
const MARGIN = 24
const HEADER = 44
const CAPTION = 26
const COLOURS = Object.freeze({ background: '#111216', text: '#e8e9ec', dim: '#9aa0aa' })

/** Reads the frames from the written file, not from memory: the sheet shows what a viewer will see. */
export async function writeContactSheet(ffmpeg: Ffmpeg, request: ContactSheetRequest, signal: AbortSignal): Promise<void> {
  const { frameCount, frameSize } = request
  const count = Math.min(MAX_PICTURES, frameCount)
  const scale = PICTURE_EDGE / Math.max(frameSize.width, frameSize.height)
  const picture = { width: Math.max(1, Math.round(frameSize.width * scale)), height: Math.max(1, Math.round(frameSize.height * scale)) }
  const columns = Math.min(count, frameSize.height > frameSize.width ? 6 : 4)
  const rows = Math.ceil(count / columns)
  const sheet = createCanvas(2 * MARGIN + columns * (picture.width + GAP) - GAP, HEADER + MARGIN + rows * (picture.height + CAPTION + GAP))
  paintHeader(sheet, request)
  for (let index = 0; index < count; index += 1) {
    const frame = count === 1 ? 0 : Math.round((index * (frameCount - 1)) / (count - 1))
    const x = MARGIN + (index % columns) * (picture.width + GAP)
    const y = HEADER + Math.floor(index / columns) * (picture.height + CAPTION + GAP)
    paintPicture(sheet, await readFrameAt(ffmpeg, request, frame, picture, signal), picture, x, y, formatTimecode(frame, request.frameRate))
  }
  const encoded = extname(request.file).toLowerCase() === '.png' ? await sheet.encode('png') : await sheet.encode('jpeg', 90)
  await writeVerified({ file: request.file, overwrite: request.overwrite, estimatedBytes: encoded.length }, async (temporary) => {
    await writeFile(temporary, encoded)
    return {}
  })
}

/** Seeks to half a frame before the one wanted: the first frame not before that is the one, whatever rounding did. */
async function readFrameAt(ffmpeg: Ffmpeg, request: ContactSheetRequest, frame: number, size: FrameSize, signal: AbortSignal): Promise<Buffer> {
  const seconds = Math.max(0, ((frame - 0.5) * request.frameRate.den) / request.frameRate.num)
  const job = {
    inputs: [{ source: { file: request.video }, options: [...SAFE_INPUT, '-ss', seconds.toFixed(6)] }],
    outputOptions: ['-map', '0:v:0', '-frames:v', '1', '-filter:v', `scale=${size.width}:${size.height}:flags=area,format=rgba`, '-pix_fmt', 'rgba', '-f', 'rawvideo'],
  }
  const parts: Buffer[] = []
  for await (const part of decodeToStream(ffmpeg.ffmpeg, job, signal)) parts.push(part)
  return Buffer.concat(parts)
}

function paintHeader(sheet: Canvas, { heading, frameSize, frameRate, frameCount }: ContactSheetRequest): void {
  const context = sheet.getContext('2d')
  context.fillStyle = COLOURS.background
  context.fillRect(0, 0, sheet.width, sheet.height)
  context.fillStyle = COLOURS.text
  context.font = textFont(600, 18)
  context.fillText(heading, MARGIN, 29, Math.max(40, sheet.width - 2 * MARGIN - 300))
  context.fillStyle = COLOURS.dim
  context.font = `400 13px "${MONO_FONT}"`
  context.textAlign = 'right'
  context.fillText(`${frameSize.width}x${frameSize.height}  ${formatTimecode(frameCount, frameRate)}  ${Number((frameRate.num / frameRate.den).toFixed(3))} fps`, sheet.width - MARGIN, 29)
  context.textAlign = 'left'
}

function paintPicture(sheet: Canvas, pixels: Buffer, size: FrameSize, x: number, y: number, timecode: string): void {
  const context = sheet.getContext('2d')
  const image = context.createImageData(size.width, size.height)
  image.data.set(pixels.subarray(0, image.data.length))
  context.putImageData(image, x, y)
  context.fillStyle = COLOURS.dim
  context.font = `400 13px "${MONO_FONT}"`
  context.fillText(timecode, x, y + size.height + 17)
}
