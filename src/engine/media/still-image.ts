/** Single pictures: a still or a clip's last frame scaled for a model, and JPEG thumbnails. */
import { open, readFile, writeFile } from 'node:fs/promises'
import { createCanvas } from '@napi-rs/canvas'
import { StudioError } from '#core/errors.ts'
import type { FrameSize } from '#core/document/schema.ts'
import type { WrittenFile } from '../media-port.ts'
import { decodeToStream } from './ffmpeg-command.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { asCorrupt, MAX_PIXELS, probeFile } from './probe.ts'
import { coverFilters, readFrames } from './video-reader.ts'
import { writeVerified } from './verified-file.ts'

/** First bytes that tell a still, and the demuxer that reads just that one file (`image2` would expand a `%` in its name). */
const STILL_FORMATS: readonly { readonly magic: readonly (number | null)[]; readonly demuxer: string }[] = [
  { magic: [0x89, 0x50, 0x4e, 0x47], demuxer: 'png_pipe' },
  { magic: [0xff, 0xd8, 0xff], demuxer: 'jpeg_pipe' },
  { magic: [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50], demuxer: 'webp_pipe' },
]

/** rgb24 of exactly `frameSize`: scaled to cover it, cropped at the centre. A clip gives its last frame. */
export async function readStill(ffmpeg: Ffmpeg, file: string, frameSize: FrameSize, signal: AbortSignal): Promise<Uint8Array> {
  const demuxer = await stillDemuxer(file)
  if (demuxer === null) return lastFrame(ffmpeg, file, frameSize, signal)
  const job = {
    inputs: [{ source: { file }, options: ['-f', demuxer, '-max_pixels', String(MAX_PIXELS)] }],
    outputOptions: ['-frames:v', '1', '-filter:v', [...coverFilters(frameSize, true, false), 'format=rgb24'].join(','), '-pix_fmt', 'rgb24', '-f', 'rawvideo'],
  }
  try {
    const parts: Buffer[] = []
    for await (const part of decodeToStream(ffmpeg.ffmpeg, job, signal)) parts.push(part)
    const picture = Buffer.concat(parts)
    if (picture.length !== frameSize.width * frameSize.height * 3) throw new Error(`${picture.length} bytes of pixels`)
    return new Uint8Array(picture)
  } catch (error) {
    throw asCorrupt(error, file)
  }
}

/** Writes a JPEG, scaled down so that its longer edge has at most `maxEdge` pixels. An existing file is replaced. */
export async function writeJpegFile(file: string, picture: Uint8Array, frameSize: FrameSize, options: { readonly maxEdge?: number; readonly quality?: number }): Promise<WrittenFile> {
  const { width, height } = frameSize
  if (picture.byteLength !== width * height * 3) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `The picture has ${picture.byteLength} bytes; ${width}x${height} needs ${width * height * 3}.`, remedy: 'Hand over a whole rgb24 picture.' })
  }
  const scale = Math.min(1, (options.maxEdge ?? Infinity) / Math.max(width, height))
  const full = canvasFromRgb(picture, frameSize)
  const scaled = createCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)))
  const context = scaled.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.drawImage(full, 0, 0, scaled.width, scaled.height)
  const jpeg = await scaled.encode('jpeg', options.quality ?? 88)
  return writeVerified({ file, overwrite: true, estimatedBytes: jpeg.length }, async (temporary) => {
    await writeFile(temporary, jpeg)
    const written = await readFile(temporary)
    if (!written.equals(jpeg)) throw new StudioError({ code: 'MEDIA_CORRUPT', message: 'The picture read back differs from what was written.', remedy: 'Check the disk.' })
    return {}
  })
}

function canvasFromRgb(picture: Uint8Array, { width, height }: FrameSize) {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const image = context.createImageData(width, height)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    image.data[pixel * 4] = picture[pixel * 3] ?? 0
    image.data[pixel * 4 + 1] = picture[pixel * 3 + 1] ?? 0
    image.data[pixel * 4 + 2] = picture[pixel * 3 + 2] ?? 0
    image.data[pixel * 4 + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas
}

async function lastFrame(ffmpeg: Ffmpeg, file: string, frameSize: FrameSize, signal: AbortSignal): Promise<Uint8Array> {
  const count = (await probeFile(ffmpeg, file, signal)).video?.frameCount
  // A frame or two of slack: containers sometimes count one more than can be shown.
  const startFrame = Math.max(0, (count ?? 0) - 3)
  let last: Uint8Array | null = null
  for await (const frame of readFrames(ffmpeg, file, 'rgb24', { frameSize, startFrame }, signal)) last = frame
  if (!last) throw asCorrupt(new Error('no frame could be decoded'), file)
  return last
}

async function stillDemuxer(file: string): Promise<string | null> {
  const handle = await open(file, 'r').catch(() => null)
  if (!handle) throw new StudioError({ code: 'MEDIA_MISSING', message: `The picture ${file} was not found.`, remedy: 'Put the file back where it was, or choose another picture.' })
  try {
    const start = new Uint8Array(16)
    await handle.read(start, 0, start.length, 0)
    return STILL_FORMATS.find(({ magic }) => magic.every((byte, index) => byte === null || start[index] === byte))?.demuxer ?? null
  } finally {
    await handle.close()
  }
}
