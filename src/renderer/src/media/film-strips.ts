/** A few small pictures of each take for the clips of the timeline: decoded once, one take after another, in the background. */
import { Input, MP4, UrlSource, VideoSampleSink } from 'mediabunny'
import type { TakeSource } from './take-frames.ts'

/** Pictures of one take, evenly spread over it. */
export const STRIP_PICTURES = 12
const STRIP_HEIGHT = 108
const KEPT_STRIPS = 300

export class FilmStrips {
  readonly #strips = new Map<string, Promise<readonly ImageBitmap[]>>()
  #tail: Promise<unknown> = Promise.resolve()

  /** The pictures of a take; an unreadable take has none. */
  of(source: TakeSource): Promise<readonly ImageBitmap[]> {
    const known = this.#strips.get(source.takeId)
    if (known) return known
    const strip = this.#tail.then(() => decodeStrip(source)).catch(() => [] as readonly ImageBitmap[])
    this.#tail = strip
    this.#strips.set(source.takeId, strip)
    const oldest = this.#strips.size > KEPT_STRIPS ? this.#strips.keys().next().value : undefined
    if (oldest !== undefined) this.#strips.delete(oldest)
    return strip
  }
}

async function decodeStrip({ url, frameCount, frameRate }: TakeSource): Promise<readonly ImageBitmap[]> {
  const input = new Input({ formats: [MP4], source: new UrlSource(url, { getRetryDelay: (attempts) => (attempts < 2 ? 0.3 : null) }) })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (!track) return []
    const first = await track.getFirstTimestamp()
    const count = Math.min(STRIP_PICTURES, frameCount)
    const times = Array.from({ length: count }, (_, index) => first + ((Math.floor(((index + 0.5) * frameCount) / count) + 0.25) * frameRate.den) / frameRate.num)
    const pictures: ImageBitmap[] = []
    for await (const sample of new VideoSampleSink(track).samplesAtTimestamps(times)) {
      if (!sample) continue
      try {
        pictures.push(await createImageBitmap(sample.toCanvasImageSource() as ImageBitmapSource, { resizeHeight: STRIP_HEIGHT, resizeQuality: 'medium' }))
      } finally {
        sample.close()
      }
    }
    return pictures
  } finally {
    input.dispose()
  }
}
