/** Takes as files: raw frames in, a checked H.264 MP4 out, every frame at its exact time. */
import { StudioError } from '#core/errors.ts'
import type { FrameRate, FrameSize } from '#core/document/schema.ts'
import type { WriteVideoRequest, WrittenFile } from '../media-port.ts'
import { encodeToFile } from './ffmpeg-command.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { probeFile } from './probe.ts'
import { EXACT_SCALING } from './video-reader.ts'
import { writeVerified } from './verified-file.ts'

/** Near-lossless: a take is an original that later work starts from. */
const TAKE_CRF = 10
const TAKE_KEYFRAME_SECONDS = 1
/** Below this many pixels a frame, better compression costs next to nothing. */
const SMALL_FRAME_PIXELS = 400_000
/** x264 at this quality stays below it for any real content; only for the check of free space. */
const TAKE_BITS_PER_PIXEL = 3

/** Writes a take. Throws INVALID_INPUT where a frame has the wrong size, MEDIA_CORRUPT where the written file does not hold what went in. */
export async function writeTakeVideo(ffmpeg: Ffmpeg, request: WriteVideoRequest, frames: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenFile & { readonly frameCount: number }> {
  const { frameSize, frameRate } = request
  const keyframeFrames = Math.max(1, Math.round((request.keyframeSeconds ?? TAKE_KEYFRAME_SECONDS) * frameRate.num / frameRate.den))
  const counter = { frames: 0 }
  return writeVerified({ file: request.file, overwrite: true, estimatedBytes: (frameSize.width * frameSize.height * TAKE_BITS_PER_PIXEL) / 8 }, async (temporary) => {
    await encodeToFile(ffmpeg.ffmpeg, {
      inputs: [{ source: { bytes: countFrames(frames, frameSize, counter) }, options: rawFramesOptions('rgb24', frameSize, frameRate) }],
      outputOptions: [
        '-an', '-c:v', 'libx264', '-preset', frameSize.width * frameSize.height < SMALL_FRAME_PIXELS ? 'fast' : 'veryfast',
        '-crf', String(request.crf ?? TAKE_CRF),
        // No B-frames: decoding order is showing order, so scrubbing needs no reordering and the file no edit list.
        '-bf', '0', ...closedGop(keyframeFrames), ...bt709Conversion(hasOddEdge(frameSize)), ...MP4,
      ],
    }, temporary, signal)
    await checkVideo(ffmpeg, temporary, { frameCount: counter.frames, frameSize, frameRate }, signal)
    return { frameCount: counter.frames }
  })
}

/** Input options for raw frames on ffmpeg's standard input, each lasting exactly one period of the rate. */
export function rawFramesOptions(pixelFormat: 'rgb24' | 'yuv420p', size: FrameSize, rate: FrameRate): string[] {
  return ['-f', 'rawvideo', '-pix_fmt', pixelFormat, '-video_size', `${size.width}x${size.height}`, '-framerate', `${rate.num}/${rate.den}`]
}

export function closedGop(keyframeFrames: number): string[] {
  return ['-g', String(keyframeFrames), '-keyint_min', String(Math.min(keyframeFrames, 2)), '-flags', '+cgop']
}

/** Says what the pixels are: untagged, players guess by size, and colours shift. */
export const BT709_TAGS = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'] as const

/** RGB to BT.709 limited range. 4:2:0 is what every decoder knows, but it cannot hold odd edges: those get 4:4:4 and keep every pixel. */
function bt709Conversion(isOdd: boolean): string[] {
  const pixelFormat = isOdd ? 'yuv444p' : 'yuv420p'
  return [
    '-filter:v', `scale=in_range=pc:out_range=tv:out_color_matrix=bt709:${EXACT_SCALING},format=${pixelFormat}`,
    '-pix_fmt', pixelFormat, '-profile:v', isOdd ? 'high444' : 'high', ...BT709_TAGS,
  ]
}

/** The index in front (playback starts before the whole file is there); nothing in the file that differs from run to run. */
export const MP4 = ['-map_metadata', '-1', '-fflags', '+bitexact', '-movflags', '+faststart', '-f', 'mp4'] as const

export function hasOddEdge(size: FrameSize): boolean {
  return size.width % 2 !== 0 || size.height % 2 !== 0
}

export interface ExpectedVideo { readonly frameCount: number; readonly frameSize: FrameSize; readonly frameRate: FrameRate }

/** Reads the written file back and throws FFMPEG_FAILED unless it holds exactly what was to be written. */
export async function checkVideo(ffmpeg: Ffmpeg, file: string, expected: ExpectedVideo, signal: AbortSignal) {
  const probed = await probeFile(ffmpeg, file, signal, { countFrames: true })
  const { frameCount, frameSize, frameRate } = expected
  const seconds = (frameCount * frameRate.den) / frameRate.num
  const halfFrame = frameRate.den / frameRate.num / 2
  const faults = [
    probed.video?.codec === 'h264' ? null : `codec ${probed.video?.codec}`,
    probed.video?.frameCount === frameCount ? null : `${probed.video?.frameCount} frames instead of ${frameCount}`,
    probed.video?.frameSize.width === frameSize.width && probed.video.frameSize.height === frameSize.height ? null : `size ${probed.video?.frameSize.width}x${probed.video?.frameSize.height}`,
    Math.abs((probed.videoStream?.duration ?? 0) - seconds) < halfFrame ? null : `${probed.videoStream?.duration} s instead of ${seconds} s`,
    Math.abs(probed.videoStream?.start_time ?? 0) < halfFrame ? null : `starts at ${probed.videoStream?.start_time} s`,
  ].filter((fault) => fault !== null)
  if (faults.length === 0) return probed
  throw new StudioError({ code: 'FFMPEG_FAILED', message: 'The written video does not hold what was rendered.', remedy: 'Try again; if it fails again, name another ffmpeg in FFMPEG_PATH.', detail: faults.join('; ') })
}

async function* countFrames(frames: AsyncIterable<Uint8Array>, size: FrameSize, counter: { frames: number }): AsyncGenerator<Uint8Array, void, undefined> {
  const frameBytes = size.width * size.height * 3
  for await (const frame of frames) {
    if (frame.byteLength !== frameBytes) {
      throw new StudioError({ code: 'INVALID_INPUT', message: `Frame ${counter.frames} has ${frame.byteLength} bytes; ${size.width}x${size.height} needs ${frameBytes}.`, remedy: 'Hand over whole rgb24 frames.' })
    }
    counter.frames += 1
    yield frame
  }
  if (counter.frames === 0) {
    throw new StudioError({ code: 'INVALID_INPUT', message: 'A video needs at least one frame.', remedy: 'Ask for one frame or more.' })
  }
}
