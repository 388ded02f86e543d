/** Decodes single frames of takes exactly, by WebCodecs through mediabunny, and keeps a bounded number of them ready to paint. */
import { Input, MP4, UrlSource, VideoSampleSink } from 'mediabunny'
import type { Take } from '#core/document/schema.ts'

/** Memory that decoded frames may take; the least recently used go first. */
const CACHE_BYTES = 320 * 1024 * 1024
/** Frames decoded in one run once a frame is wanted: playback asks for the ones that follow. */
const RUN_FRAMES = 24
/** Takes kept open for reading. */
const OPEN_READERS = 12

export interface TakeSource {
  readonly takeId: string
  readonly url: string
  readonly frameCount: number
  readonly frameRate: Take['frameRate']
}

interface CachedFrame {
  readonly picture: ImageBitmap
  readonly bytes: number
}

interface Reader {
  readonly source: TakeSource
  readonly input: Input
  readonly sink: Promise<{ readonly sink: VideoSampleSink; readonly firstTimestamp: number }>
  /** Frame at which the run under way ends; null when none runs. */
  run: { readonly from: number; reached: number; readonly to: number; readonly done: Promise<void> } | null
}

export class TakeFrames {
  readonly #frames = new Map<string, CachedFrame>()
  readonly #readers = new Map<string, Reader>()
  readonly #failed = new Map<string, unknown>()
  readonly #listeners = new Set<() => void>()
  #bytes = 0

  /** The frame if it is decoded already; asking makes it recent. */
  peek(takeId: string, frame: number): ImageBitmap | null {
    const key = `${takeId}:${frame}`
    const cached = this.#frames.get(key)
    if (!cached) return null
    this.#frames.delete(key)
    this.#frames.set(key, cached)
    return cached.picture
  }

  /** Decodes a frame and the ones after it; resolves once that frame is there, or cannot be had. */
  async want(source: TakeSource, frame: number): Promise<ImageBitmap | null> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const ready = this.peek(source.takeId, frame)
      if (ready) return ready
      if (this.#failed.has(source.takeId)) return null
      const reader = this.#readerOf(source)
      const { run } = reader
      if (run && frame >= run.from && frame < run.to) {
        await this.#untilReached(reader, frame)
        continue
      }
      if (run) await run.done
      if (!reader.run) this.#startRun(reader, frame)
      await this.#untilReached(reader, frame)
    }
    return this.peek(source.takeId, frame)
  }

  /** Decodes ahead without waiting. */
  prefetch(source: TakeSource, frame: number): void {
    if (this.#frames.has(`${source.takeId}:${frame}`) || this.#failed.has(source.takeId)) return
    const reader = this.#readerOf(source)
    if (!reader.run) this.#startRun(reader, frame)
  }

  /** Why a take cannot be read; null where nothing is known against it. */
  failureOf(takeId: string): unknown {
    return this.#failed.get(takeId) ?? null
  }

  /** Told whenever new frames are ready. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  dispose(): void {
    for (const reader of this.#readers.values()) reader.input.dispose()
    for (const { picture } of this.#frames.values()) picture.close()
    this.#readers.clear()
    this.#frames.clear()
    this.#listeners.clear()
    this.#bytes = 0
  }

  #readerOf(source: TakeSource): Reader {
    const known = this.#readers.get(source.takeId)
    if (known) {
      this.#readers.delete(source.takeId)
      this.#readers.set(source.takeId, known)
      return known
    }
    const input = new Input({ formats: [MP4], source: new UrlSource(source.url, { getRetryDelay: (attempts) => (attempts < 3 ? 0.2 : null) }) })
    const reader: Reader = { source, input, sink: openSink(input), run: null }
    // The failure is seen by the run that uses the sink; here it must only not count as unhandled.
    reader.sink.catch(() => undefined)
    this.#readers.set(source.takeId, reader)
    for (const [takeId, old] of this.#readers) {
      if (this.#readers.size <= OPEN_READERS) break
      if (old.run) continue
      this.#readers.delete(takeId)
      old.input.dispose()
    }
    return reader
  }

  #startRun(reader: Reader, from: number): void {
    const to = Math.min(reader.source.frameCount, from + RUN_FRAMES)
    const run = { from, reached: from, to, done: Promise.resolve() }
    run.done = this.#decode(reader, run).finally(() => {
      run.reached = run.to
      if (reader.run === run) reader.run = null
      this.#tell()
    })
    reader.run = run
  }

  async #decode(reader: Reader, run: { readonly from: number; reached: number; readonly to: number }): Promise<void> {
    const { takeId, frameRate } = reader.source
    const seconds = (frame: number): number => (frame * frameRate.den) / frameRate.num
    try {
      const { sink, firstTimestamp } = await reader.sink
      // A quarter of a frame early at both ends, so that rounded timestamps never lead to a neighbour.
      for await (const sample of sink.samples(firstTimestamp + seconds(run.from - 0.25), firstTimestamp + seconds(run.to - 0.25))) {
        const frame = Math.round(((sample.timestamp - firstTimestamp) * frameRate.num) / frameRate.den)
        try {
          this.#keep(takeId, frame, await createImageBitmap(sample.toCanvasImageSource() as ImageBitmapSource))
        } finally {
          sample.close()
        }
        run.reached = Math.max(run.reached, frame + 1)
        this.#tell()
      }
    } catch (cause) {
      this.#failed.set(takeId, cause)
    }
  }

  async #untilReached(reader: Reader, frame: number): Promise<void> {
    const { run } = reader
    if (!run || run.reached > frame) return
    await Promise.race([
      run.done,
      new Promise<void>((resolve) => {
        const stop = this.subscribe(() => {
          if (run.reached <= frame && reader.run === run) return
          stop()
          resolve()
        })
      }),
    ])
  }

  #keep(takeId: string, frame: number, picture: ImageBitmap): void {
    const key = `${takeId}:${frame}`
    const bytes = picture.width * picture.height * 4
    const old = this.#frames.get(key)
    if (old) {
      this.#bytes -= old.bytes
      old.picture.close()
      this.#frames.delete(key)
    }
    this.#frames.set(key, { picture, bytes })
    this.#bytes += bytes
    for (const [oldest, cached] of this.#frames) {
      if (this.#bytes <= CACHE_BYTES || oldest === key) break
      this.#frames.delete(oldest)
      this.#bytes -= cached.bytes
      cached.picture.close()
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

async function openSink(input: Input): Promise<{ readonly sink: VideoSampleSink; readonly firstTimestamp: number }> {
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error('The take has no video track.')
  return { sink: new VideoSampleSink(track), firstTimestamp: await track.getFirstTimestamp() }
}
