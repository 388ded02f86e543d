/** What a media file holds, read by ffprobe from the file's own bytes; a file that is not plain media is refused. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import type { MediaProbe } from '#contracts/engine-api.ts'
import { CancelledError, StudioError } from '#core/errors.ts'
import type { FrameRate, FrameSize } from '#core/document/schema.ts'
import { probeJson } from './ffmpeg-command.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'

/**
 * Demuxers that read one file and nothing else. Playlists (HLS, DASH, ffconcat) and image sequences are not among them:
 * whatever a file is called, its bytes could otherwise make ffmpeg open other files.
 */
export const FORMAT_WHITELIST = [
  'mov', 'mp4', 'm4a', '3gp', 'matroska', 'webm', 'avi', 'mpegts', 'wav', 'w64', 'aiff', 'caf', 'mp3', 'flac', 'ogg', 'aac',
  'png_pipe', 'jpeg_pipe', 'webp_pipe',
].join(',')

/** 8192 x 8192: a small file may claim a picture that fills the memory. */
export const MAX_PIXELS = 8_192 * 8_192

const numeric = z.coerce.number().refine(Number.isFinite)
const StreamSchema = z.object({
  codec_type: z.string().default('unknown'),
  codec_name: z.string().default('unknown'),
  width: z.int().optional(),
  height: z.int().optional(),
  pix_fmt: z.string().optional(),
  profile: z.string().optional(),
  r_frame_rate: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  nb_frames: numeric.optional(),
  nb_read_packets: numeric.optional(),
  start_time: numeric.optional(),
  duration: numeric.optional(),
  sample_rate: numeric.optional(),
  channels: z.int().optional(),
  color_space: z.string().optional(),
  color_range: z.string().optional(),
  color_primaries: z.string().optional(),
  color_transfer: z.string().optional(),
  disposition: z.object({ attached_pic: z.int().default(0) }).optional(),
  tags: z.object({ rotate: numeric.optional() }).optional(),
  side_data_list: z.array(z.object({ rotation: numeric.optional() })).optional(),
})
const ProbeSchema = z.object({
  format: z.object({ format_name: z.string(), duration: numeric.optional(), start_time: numeric.optional() }),
  streams: z.array(StreamSchema),
})
export type ProbedStream = z.infer<typeof StreamSchema>

export interface DetailedProbe extends MediaProbe {
  readonly videoStream: ProbedStream | null
  readonly audioStream: ProbedStream | null
}

/** Throws MEDIA_MISSING where there is no file, MEDIA_CORRUPT where it is not media that we read. */
export async function probeFile(ffmpeg: Ffmpeg, file: string, signal: AbortSignal, options: { readonly countFrames?: boolean } = {}): Promise<DetailedProbe> {
  const bytes = await fileBytes(file)
  const extra = ['-format_whitelist', FORMAT_WHITELIST, '-show_format', '-show_streams', ...(options.countFrames ? ['-count_packets'] : [])]
  const json = await probeJson(ffmpeg.ffprobe, extra, file, signal).catch((error: unknown) => { throw asCorrupt(error, file) })
  const parsed = ProbeSchema.safeParse(json)
  if (!parsed.success) throw asCorrupt(parsed.error, file)
  return describe(parsed.data, bytes, file)
}

/** An error of ffmpeg's while it read this file, as the file's fault; cancellations and our own errors pass. */
export function asCorrupt(error: unknown, file: string): unknown {
  if (error instanceof CancelledError || (error instanceof StudioError && error.code !== 'FFMPEG_FAILED')) return error
  return new StudioError({
    code: 'MEDIA_CORRUPT', message: `${basename(file)} cannot be read as video, sound or picture.`,
    remedy: 'Check that the file plays elsewhere, or use another one.',
    detail: error instanceof StudioError ? (error.detail ?? error.message) : String(error), cause: error,
  })
}

async function fileBytes(file: string): Promise<number> {
  const info = await stat(file).catch(() => null)
  if (info?.isFile()) return info.size
  throw new StudioError({ code: 'MEDIA_MISSING', message: `${basename(file)} was not found.`, remedy: 'Put the file back where it was, or import it again.', detail: file })
}

function describe(probed: z.infer<typeof ProbeSchema>, bytes: number, file: string): DetailedProbe {
  const videoStream = probed.streams.find((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1) ?? null
  const audioStream = probed.streams.find((stream) => stream.codec_type === 'audio') ?? null
  if (!videoStream && !audioStream) throw asCorrupt(new Error('no video or audio stream'), file)
  const isStill = probed.format.format_name.endsWith('_pipe')
  return {
    format: probed.format.format_name,
    durationSeconds: isStill ? null : (probed.format.duration ?? null),
    bytes,
    video: videoStream && describeVideo(videoStream, file),
    audio: audioStream && { codec: audioStream.codec_name, sampleRate: audioStream.sample_rate ?? 0, channels: audioStream.channels ?? 0 },
    videoStream,
    audioStream,
  }
}

function describeVideo(stream: ProbedStream, file: string): NonNullable<MediaProbe['video']> {
  const { width, height } = stream
  if (!width || !height) throw asCorrupt(new Error('a video stream without a size'), file)
  if (width * height > MAX_PIXELS) throw asCorrupt(new Error(`${width} x ${height} pixels are too many`), file)
  const rotationDegrees = rotation(stream)
  const average = rate(stream.avg_frame_rate)
  const base = rate(stream.r_frame_rate)
  return {
    codec: stream.codec_name,
    frameSize: displaySize({ width, height }, rotationDegrees),
    frameRate: average ?? base ?? { num: 25, den: 1 },
    frameCount: stream.nb_read_packets ?? stream.nb_frames ?? null,
    pixelFormat: stream.pix_fmt ?? 'unknown',
    rotationDegrees,
    isVariableFrameRate: average !== null && base !== null && average.num * base.den !== base.num * average.den,
  }
}

/** Clockwise quarter turns that a player applies, from either of the places where files note them. */
function rotation(stream: ProbedStream): number {
  const noted = stream.tags?.rotate ?? -(stream.side_data_list?.find((side) => side.rotation !== undefined)?.rotation ?? 0)
  return ((Math.round(noted / 90) * 90) % 360 + 360) % 360
}

function displaySize(size: FrameSize, rotationDegrees: number): FrameSize {
  return rotationDegrees % 180 === 0 ? size : { width: size.height, height: size.width }
}

/** "30000/1001" as a rate; null for "0/0" and for rates beyond what a document can hold. */
function rate(text: string | undefined): FrameRate | null {
  const match = /^(\d+)\/(\d+)$/.exec(text ?? '')
  if (!match) return null
  const [num, den] = [Number(match[1]), Number(match[2])]
  if (num === 0 || den === 0) return null
  if (num <= 240_000 && den <= 1_001) return { num, den }
  // Averages of variable rates come as long fractions: thousandths are near enough to show.
  return { num: Math.min(240_000, Math.max(1, Math.round((num / den) * 1_000))), den: 1_000 }
}
