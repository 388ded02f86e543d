/** Frames of a video, one by one and in order, as raw pixels; memory holds one frame whatever the length. */
import { StudioError } from '#core/errors.ts'
import type { FrameSize } from '#core/document/schema.ts'
import type { ReadFramesOptions } from '../media-port.ts'
import { decodeToStream } from './ffmpeg-command.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { asCorrupt, FORMAT_WHITELIST, MAX_PIXELS, probeFile } from './probe.ts'

export type PixelFormat = 'rgb24' | 'rgba'
const BYTES_PER_PIXEL: Readonly<Record<PixelFormat, number>> = { rgb24: 3, rgba: 4 }

/** Accurate rounding and full chroma, both ways: without them colours drift by a few levels with each pass. */
export const EXACT_SCALING = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp'

/**
 * Every stored frame exactly once (variable rates are neither padded nor thinned), each a buffer of its own.
 * Throws MEDIA_MISSING or MEDIA_CORRUPT; leaving the loop early ends the process behind it.
 */
export async function* readFrames(ffmpeg: Ffmpeg, file: string, pixelFormat: PixelFormat, options: ReadFramesOptions, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const probed = await probeFile(ffmpeg, file, signal)
  if (!probed.video) throw asCorrupt(new Error('no video stream'), file)
  const size = options.frameSize ?? probed.video.frameSize
  const job = {
    inputs: [{ source: { file }, options: SAFE_INPUT }],
    outputOptions: [
      '-map', '0:v:0', '-an', '-sn', '-dn',
      '-filter:v', [...rangeFilters(options), ...coverFilters(size, options.frameSize !== undefined, isUntaggedHd(probed.videoStream?.color_space, probed.video.frameSize)), `format=${pixelFormat}`].join(','),
      ...ffmpeg.passEveryFrame, '-pix_fmt', pixelFormat, '-f', 'rawvideo',
    ],
  }
  try {
    yield* cutIntoFrames(decodeToStream(ffmpeg.ffmpeg, job, signal), size.width * size.height * BYTES_PER_PIXEL[pixelFormat])
  } catch (error) {
    throw asCorrupt(error, file)
  }
}

/** Input options that keep an untrusted file from opening others, from claiming absurd sizes, and from decoding past damage. */
export const SAFE_INPUT = ['-format_whitelist', FORMAT_WHITELIST, '-max_pixels', String(MAX_PIXELS), '-err_detect', 'explode', '-xerror'] as const

/** Numbers only ever reach these strings. */
export function coverFilters(size: FrameSize, isScaled: boolean, assumeBt709: boolean): string[] {
  const matrix = assumeBt709 ? ':in_color_matrix=bt709' : ''
  if (!isScaled) return [`scale=${EXACT_SCALING}${matrix}`]
  const { width, height } = size
  return [`scale=${width}:${height}:force_original_aspect_ratio=increase:${EXACT_SCALING}${matrix}`, `crop=${width}:${height}`]
}

/** Untagged video of HD size is BT.709 by convention; ffmpeg would assume BT.601. */
export function isUntaggedHd(colourSpace: string | undefined, size: FrameSize): boolean {
  return (colourSpace === undefined || colourSpace === 'unknown') && Math.min(size.width, size.height) >= 720
}

function rangeFilters({ startFrame = 0, frameCount }: ReadFramesOptions): string[] {
  if (startFrame === 0 && frameCount === undefined) return []
  const end = frameCount === undefined ? '' : `:end_frame=${Math.trunc(startFrame + frameCount)}`
  return [`trim=start_frame=${Math.trunc(startFrame)}${end}`]
}

async function* cutIntoFrames(chunks: AsyncIterable<Buffer>, frameBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let frame = new Uint8Array(frameBytes)
  let filled = 0
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.length;) {
      const taken = Math.min(frameBytes - filled, chunk.length - offset)
      frame.set(chunk.subarray(offset, offset + taken), filled)
      offset += taken
      filled += taken
      if (filled < frameBytes) continue
      yield frame
      frame = new Uint8Array(frameBytes)
      filled = 0
    }
  }
  if (filled > 0) throw new StudioError({ code: 'FFMPEG_FAILED', message: 'The video ended within a frame.', remedy: 'Use another file.' })
}
