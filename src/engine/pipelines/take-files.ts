/** Writes the files of a take into its folder, all of them or none. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CancelledError } from '#core/errors.ts'
import type { FrameRate, StoredFile } from '#core/document/schema.ts'
import type { MediaTools, WrittenFile } from '../media-port.ts'
import { writeVerified } from '../media/verified-file.ts'
import { toRgb24 } from './vae.ts'
import type { DecodedClip } from './vae.ts'

/** Names inside the take's folder; results name files by them, relative to it. */
export const TAKE_FILES = Object.freeze({ video: 'video.mp4', latents: 'latents.bin', thumbnail: 'thumbnail.jpg' })
const THUMBNAIL_MAX_EDGE = 480

export interface TakeFilesRequest {
  readonly folder: string
  readonly clip: DecodedClip
  readonly frameRate: FrameRate
  /** Normalised latents, as the sampler gave them. */
  readonly latents: Float32Array
  readonly media: Pick<MediaTools, 'writeVideo' | 'writeJpeg'>
  readonly onFrame: () => void
  readonly signal: AbortSignal
}

export type TakeFiles = Readonly<Record<keyof typeof TAKE_FILES, StoredFile>>

/** Throws what the media tools throw, FOLDER_NOT_WRITABLE, DISK_FULL or CancelledError; then the folder is as empty as before. */
export async function writeTakeFiles(request: TakeFilesRequest): Promise<TakeFiles> {
  const { folder, clip, media, signal } = request
  try {
    const latents = await writeLatents(join(folder, TAKE_FILES.latents), request.latents)
    // The middle says more of a shot than its first frame, which may still be dark.
    const middle = toRgb24(clip, Math.floor(clip.frameCount / 2))
    const thumbnail = await media.writeJpeg(join(folder, TAKE_FILES.thumbnail), middle, clip.frameSize, { maxEdge: THUMBNAIL_MAX_EDGE })
    const frames = framesOf(clip, request.onFrame, signal)
    const video = await media.writeVideo({ file: join(folder, TAKE_FILES.video), frameSize: clip.frameSize, frameRate: request.frameRate }, frames, signal)
    if (signal.aborted) throw new CancelledError()
    return {
      video: { file: TAKE_FILES.video, bytes: video.bytes, sha256: video.sha256 },
      latents: { file: TAKE_FILES.latents, bytes: latents.bytes, sha256: latents.sha256 },
      thumbnail: { file: TAKE_FILES.thumbnail, bytes: thumbnail.bytes, sha256: thumbnail.sha256 },
    }
  } catch (error) {
    await Promise.all(Object.values(TAKE_FILES).map((name) => rm(join(folder, name), { force: true })))
    throw error
  }
}

async function* framesOf(clip: DecodedClip, onFrame: () => void, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let frame = 0; frame < clip.frameCount; frame++) {
    if (signal.aborted) throw new CancelledError()
    yield toRgb24(clip, frame)
    onFrame()
    await nextTurn()
  }
}

/** float32, little endian (as every platform that this runs on), in the order [1, C, F', H', W']. */
async function writeLatents(file: string, latents: Float32Array): Promise<WrittenFile> {
  const bytes = new Uint8Array(latents.buffer, latents.byteOffset, latents.byteLength)
  return writeVerified({ file, overwrite: true, estimatedBytes: bytes.byteLength }, async (temporary) => {
    await writeFile(temporary, bytes)
    return {}
  })
}
