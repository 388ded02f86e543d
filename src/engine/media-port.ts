/** What the engine asks of the media side (ffmpeg, JPEG): pipelines and create-engine know this interface, never ffmpeg. */
import type { ExportRequest, ExportResult, MediaProbe, Progress } from '#contracts/engine-api.ts'
import type { FrameRate, FrameSize } from '#core/document/schema.ts'

/** One picture: width * height * 3 bytes, row by row from the top left, red green blue. */
export type Rgb24 = Uint8Array

/** A file that is complete, checked, synced and under its final name; sha256 in lowercase hex. */
export interface WrittenFile {
  readonly bytes: number
  readonly sha256: string
}

export interface WriteVideoRequest {
  /** Absolute; written beside itself as a temporary file and renamed when it is whole. An existing file is replaced. */
  readonly file: string
  /** Size of the frames that come in, and of the video. Odd edges are legal: the writer keeps every pixel. */
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  /** x264 quality, 0 (best) to 51. Default 10: a take is an original, not a delivery. */
  readonly crf?: number
  /** Default one second: what makes scrubbing cheap. */
  readonly keyframeSeconds?: number
}

export interface ReadFramesOptions {
  /** Scale to cover this size and crop the overhang at the centre; absent: the video's own size. */
  readonly frameSize?: FrameSize
  /** First frame wanted, and how many; absent: all. */
  readonly startFrame?: number
  readonly frameCount?: number
  readonly signal?: AbortSignal
}

export interface ToneBedRequest {
  readonly file: string
  readonly seconds: number
  readonly seed: number
  readonly mood: 'calm' | 'bright' | 'tense'
}

export interface MediaToolsReport {
  readonly ffmpeg: string
  readonly ffprobe: string
  readonly source: string
  readonly version: string
  /** Encoders that a one-frame encode proved. */
  readonly encoders: readonly string[]
}

export interface ExportContext {
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
}

/**
 * Every call throws StudioError (FFMPEG_MISSING, FFMPEG_FAILED, MEDIA_MISSING, MEDIA_CORRUPT, DISK_FULL,
 * FOLDER_NOT_WRITABLE) or, where its signal fired, CancelledError; a call that throws leaves no file behind.
 */
export interface MediaTools {
  /** Pulls frames as fast as the encoder takes them, never faster; proves the frame count before the rename. */
  writeVideo(request: WriteVideoRequest, frames: AsyncIterable<Rgb24>, signal: AbortSignal): Promise<WrittenFile & { readonly frameCount: number }>
  /** Yields frames in order as rgb24; the process behind it ends when the loop is left early. Each frame is the caller's to keep. */
  readVideoFrames(file: string, options?: ReadFramesOptions): AsyncIterable<Rgb24>
  /** A still (jpeg, png, webp) or a clip's last frame, scaled to cover `frameSize` and cropped at the centre. */
  readImage(file: string, frameSize: FrameSize, signal?: AbortSignal): Promise<Rgb24>
  /** `maxEdge`: scale down so that the longer edge has at most that many pixels; never up. */
  writeJpeg(file: string, picture: Rgb24, frameSize: FrameSize, options?: { readonly maxEdge?: number; readonly quality?: number }): Promise<WrittenFile>
  probe(file: string, signal?: AbortSignal): Promise<MediaProbe>
  toneBed(request: ToneBedRequest, signal?: AbortSignal): Promise<WrittenFile & { readonly durationSeconds: number }>
  tools(): Promise<MediaToolsReport>
  /** The person's own ffmpeg (program or folder) from the next call on; null: the one that is found. */
  useFfmpeg(path: string | null): void
  exportSequence(request: ExportRequest, context: ExportContext): Promise<ExportResult>
  /** Ends what is still running. */
  dispose(): void
}
