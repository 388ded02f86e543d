/** Pictures of takes for the painter: each shot's take is decoded once, in order, and only as far as it is shown. */
import { createCanvas, type Canvas } from '@napi-rs/canvas'
import { StudioError } from '#core/errors.ts'
import type { ShotId } from '#core/document/ids.ts'
import type { FrameSize } from '#core/document/schema.ts'
import type { RenderFrame, TakeLayer } from '#core/render/frame.ts'
import type { Picture } from '#core/render/paint-context.ts'
import type { ExportFiles } from './export-checks.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { readFrames } from './video-reader.ts'

export class TakePictures {
  private readonly ffmpeg: Ffmpeg
  private readonly takes: ExportFiles['takes']
  private readonly signal: AbortSignal
  private readonly players = new Map<ShotId, TakePlayer>()

  constructor(ffmpeg: Ffmpeg, takes: ExportFiles['takes'], signal: AbortSignal) {
    this.ffmpeg = ffmpeg
    this.takes = takes
    this.signal = signal
  }

  /** Starts the decoders of a frame that comes soon, so that a cut need not wait for a process to start. */
  prefetch(frame: RenderFrame): void {
    for (const layer of takeLayers(frame)) this.playerOf(layer)
  }

  /** Decodes what a frame shows, and ends the decoders of shots that neither it nor `soon` show any more. */
  async advanceTo(frame: RenderFrame, soon: RenderFrame): Promise<void> {
    const layers = takeLayers(frame)
    const kept = new Set([...layers, ...takeLayers(soon)].map((layer) => layer.shotId))
    for (const [shotId, player] of this.players) {
      if (kept.has(shotId)) continue
      this.players.delete(shotId)
      await player.dispose()
    }
    for (const layer of layers) await this.playerOf(layer).advanceTo(layer.sourceFrame)
  }

  /** For the painter; the picture holds until the next advance. */
  readonly source = (layer: TakeLayer): Picture<Canvas> | null => this.players.get(layer.shotId)?.picture() ?? null

  async dispose(): Promise<void> {
    const players = [...this.players.values()]
    this.players.clear()
    await Promise.all(players.map((player) => player.dispose()))
  }

  private playerOf(layer: TakeLayer): TakePlayer {
    const known = this.players.get(layer.shotId)
    if (known) return known
    const entry = this.takes.get(layer.shotId)
    if (!entry) throw new StudioError({ code: 'EXPORT_BLOCKED', message: 'A shot has no take yet.', remedy: 'Generate it first.', detail: layer.shotId })
    const frames = readFrames(this.ffmpeg, entry.file, 'rgba', { startFrame: layer.sourceFrame }, this.signal)
    const player = new TakePlayer(frames, layer.sourceFrame, entry.take.frameSize, entry.heading)
    this.players.set(layer.shotId, player)
    return player
  }
}

/** One take, played forwards. */
class TakePlayer {
  private readonly frames: AsyncGenerator<Uint8Array, void, undefined>
  private readonly canvas: Canvas
  private readonly heading: string
  private upcoming: Promise<IteratorResult<Uint8Array, void>>
  /** Index of the frame that `upcoming` will bring. */
  private nextFrame: number

  constructor(frames: AsyncGenerator<Uint8Array, void, undefined>, firstFrame: number, size: FrameSize, heading: string) {
    this.frames = frames
    this.canvas = createCanvas(size.width, size.height)
    this.heading = heading
    this.nextFrame = firstFrame
    this.upcoming = this.pull()
  }

  async advanceTo(sourceFrame: number): Promise<void> {
    let latest: Uint8Array | null = null
    while (this.nextFrame <= sourceFrame) {
      const { done, value } = await this.upcoming
      if (done) {
        throw new StudioError({ code: 'MEDIA_CORRUPT', message: `The video of ${this.heading} ends before its frame ${sourceFrame}.`, remedy: 'Generate the shot again or choose another take.' })
      }
      latest = value
      this.nextFrame += 1
      // Asked for at once: the next frame is cut out of the pipe while this one is painted.
      this.upcoming = this.pull()
    }
    if (latest) this.show(latest)
  }

  picture(): Picture<Canvas> {
    return { image: this.canvas, width: this.canvas.width, height: this.canvas.height }
  }

  async dispose(): Promise<void> {
    await this.frames.return()
  }

  private pull(): Promise<IteratorResult<Uint8Array, void>> {
    const next = this.frames.next()
    // Looked at when the frame is wanted; a decoder that fails before that must not end the process.
    next.catch(() => undefined)
    return next
  }

  private show(frame: Uint8Array): void {
    const { width, height } = this.canvas
    if (frame.byteLength !== width * height * 4) {
      throw new StudioError({ code: 'MEDIA_CORRUPT', message: `The video of ${this.heading} has another size than its take says.`, remedy: 'Generate the shot again or choose another take.' })
    }
    const context = this.canvas.getContext('2d')
    const image = context.createImageData(width, height)
    image.data.set(frame)
    context.putImageData(image, 0, 0)
  }
}

function takeLayers(frame: RenderFrame): TakeLayer[] {
  return frame.layers.filter((layer) => layer.kind === 'take')
}
