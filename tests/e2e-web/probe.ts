/** What an exported file holds, by the studio's own media tools over the real ffmpeg. */
import { createMediaTools } from '#engine/media/create-media-tools.ts'

export interface Probed {
  readonly width: number
  readonly height: number
  readonly codec: string
  readonly frames: number
}

const signal = AbortSignal.timeout(600_000)

export async function probeFile(file: string): Promise<Probed> {
  const { video } = await createMediaTools().probe(file, signal)
  if (!video) throw new Error(`${file} has no pictures.`)
  return { width: video.frameSize.width, height: video.frameSize.height, codec: video.codec, frames: video.frameCount ?? 0 }
}

/** One frame of a file as rgb24, in the file's own size. */
export async function exportedFrame(file: string, frame: number): Promise<Uint8Array> {
  for await (const picture of createMediaTools().readVideoFrames(file, { startFrame: frame, frameCount: 1, signal })) return picture
  throw new Error(`${file} has no frame ${frame}.`)
}
