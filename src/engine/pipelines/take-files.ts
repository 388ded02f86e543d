/** Writes the files of a take into its folder, all of them or none. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CancelledError } from '#core/errors.ts'
import type { FrameRate, FrameSize, StoredFile } from '#core/document/schema.ts'
import type { MediaTools, Rgb24, WrittenFile } from '../media-port.ts'
import { writeVerified } from '../media/verified-file.ts'

/** Names inside the take's folder; results name files by them, relative to it. */
export const TAKE_FILES = Object.freeze({ video: 'video.mp4', latents: 'latents.bin', thumbnail: 'thumbnail.jpg' })
const THUMBNAIL_MAX_EDGE = 480

export interface TakeFilesRequest {
  readonly folder: string
  /** In order, each once; pulled as fast as they are written. */
  readonly frames: AsyncIterable<Rgb24>
  readonly frameCount: number
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  /** Normalised latents, as the sampler gave them; asked for when the last frame was pulled. */
  readonly latents: () => Float32Array
  readonly media: Pick<MediaTools, 'writeVideo' | 'writeJpeg'>
  readonly onFrame: () => void
  readonly signal: AbortSignal
}

export type TakeFiles = Readonly<Record<keyof typeof TAKE_FILES, StoredFile>>

/** Throws what the media tools throw, FOLDER_NOT_WRITABLE, DISK_FULL or CancelledError; then the folder is as empty as before. */
export async function writeTakeFiles(request: TakeFilesRequest): Promise<TakeFiles> {
  const { folder, frameSize, frameRate, media, signal } = request
  // The other two files are written while ffmpeg ends the video and the result is read back.
  let besides: Promise<readonly [WrittenFile, WrittenFile]> | null = null
  const writeBesides = (middle: Rgb24): void => {
    besides = Promise.all([
      media.writeJpeg(join(folder, TAKE_FILES.thumbnail), middle, frameSize, { maxEdge: THUMBNAIL_MAX_EDGE }),
      writeLatents(join(folder, TAKE_FILES.latents), request.latents()),
    ])
    // Seen below, or not at all where the video fails first.
    besides.catch(() => undefined)
  }
  try {
    const video = await media.writeVideo({ file: join(folder, TAKE_FILES.video), frameSize, frameRate }, watched(request, writeBesides), signal)
    if (video.frameCount !== request.frameCount) throw new RangeError(`${video.frameCount} frames were made where ${request.frameCount} are due`)
    const [thumbnail, latents] = await (besides as unknown as Promise<readonly [WrittenFile, WrittenFile]>)
    if (signal.aborted) throw new CancelledError()
    return {
      video: { file: TAKE_FILES.video, bytes: video.bytes, sha256: video.sha256 },
      latents: { file: TAKE_FILES.latents, bytes: latents.bytes, sha256: latents.sha256 },
      thumbnail: { file: TAKE_FILES.thumbnail, bytes: thumbnail.bytes, sha256: thumbnail.sha256 },
    }
  } catch (error) {
    await (besides as Promise<unknown> | null)?.catch(() => undefined)
    await Promise.all(Object.values(TAKE_FILES).map((name) => rm(join(folder, name), { force: true })))
    throw error
  }
}

/** Hands over the middle picture after the last one: as a thumbnail it says more of a shot than the first, which may still be dark. */
async function* watched({ frames, frameCount, onFrame, signal }: TakeFilesRequest, atEnd: (middle: Rgb24) => void): AsyncGenerator<Rgb24> {
  let frame = 0
  let middle: Rgb24 | null = null
  for await (const picture of frames) {
    if (signal.aborted) throw new CancelledError()
    if (frame === Math.floor(frameCount / 2)) middle = picture.slice()
    frame += 1
    yield picture
    onFrame()
    await nextTurn()
  }
  if (middle !== null) atEnd(middle)
}

/** float32, little endian (as every platform that this runs on), in the order [1, C, F', H', W']. */
async function writeLatents(file: string, latents: Float32Array): Promise<WrittenFile> {
  const bytes = new Uint8Array(latents.buffer, latents.byteOffset, latents.byteLength)
  return writeVerified({ file, overwrite: true, estimatedBytes: bytes.byteLength }, async (temporary) => {
    await writeFile(temporary, bytes)
    return {}
  })
}
