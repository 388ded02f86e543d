/**
 * Encodes painted frames through a thread of its own. Painting blocks its thread for tens of milliseconds a frame; a pipe
 * served by that same thread would leave ffmpeg idle meanwhile. Frames cross in shared memory, and equal ones cross once.
 */
import { existsSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CancelledError, StudioError, type StudioErrorCode } from '#core/errors.ts'
import type { FrameRate, FrameSize } from '#core/document/schema.ts'
import { encodeToFile, type FfmpegInput } from './ffmpeg-command.ts'
import { PlaneConverter } from './plane-converter.ts'
import { BT709_TAGS, rawFramesOptions } from './video-writer.ts'

export interface PaintedVideo {
  /** Opaque rgba; two equal neighbours may be the same buffer, and are then converted once. */
  readonly frames: AsyncIterable<Uint8Array>
  /** Even edges. */
  readonly frameSize: FrameSize
  readonly frameRate: FrameRate
  /** Files to be read beside the frames, which are input 0. */
  readonly otherInputs: readonly FileInput[]
  /** The frames arrive as BT.709 yuv420p: these options name the codec, not a conversion. */
  readonly outputOptions: readonly string[]
}

type FileInput = FfmpegInput & { readonly source: { readonly file: string } }

export interface EncoderSetup {
  readonly ffmpeg: string
  readonly file: string
  readonly frameSize: FrameSize
  readonly pipeOptions: readonly string[]
  readonly otherInputs: readonly FileInput[]
  readonly outputOptions: readonly string[]
  readonly slots: readonly SharedArrayBuffer[]
}

/** `painted` counts the pictures that differ: the same number twice is the same picture. */
export type EncoderOrder = { readonly kind: 'frame'; readonly slot: number; readonly painted: number } | { readonly kind: 'end' } | { readonly kind: 'abort' }

export type EncoderMessage =
  | { readonly kind: 'ready' }
  /** The oldest frame that was sent is converted: its slot may be written again. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly isCancelled: boolean; readonly error: { readonly code: StudioErrorCode; readonly message: string; readonly remedy: string; readonly detail: string } }

/** One is being converted, one waits, one is being filled. */
const SLOTS = 3

/** Rejects as `encodeToFile`, or with what the frames' source threw. Where no thread starts (unusual bundles) it works in this one. */
export async function encodePainted(ffmpeg: string, video: PaintedVideo, file: string, signal: AbortSignal, script = threadScript()): Promise<void> {
  if (signal.aborted) throw new CancelledError()
  const thread = script === null ? null : new EncoderThread(script, ffmpeg, video, file)
  try {
    if (thread && await thread.starts()) await encodeThere(thread, video, signal)
    else await encodeHere(ffmpeg, video, file, signal)
  } finally {
    await thread?.dispose()
  }
}

async function encodeThere(thread: EncoderThread, video: PaintedVideo, signal: AbortSignal): Promise<void> {
  try {
    for await (const frame of video.frames) {
      if (signal.aborted) throw new CancelledError()
      await thread.send(frame)
    }
    await thread.finish(signal)
  } catch (error) {
    // Where ffmpeg failed, that is the cause; what the painter threw afterwards is not.
    const cause = await thread.abort()
    throw signal.aborted ? new CancelledError() : (cause ?? error)
  }
}

async function encodeHere(ffmpeg: string, video: PaintedVideo, file: string, signal: AbortSignal): Promise<void> {
  const bytes = new PlaneConverter(video.frameSize).convertAll(video.frames)
  const inputs = [{ source: { bytes }, options: pipeOptions(video) }, ...video.otherInputs]
  await encodeToFile(ffmpeg, { inputs, outputOptions: video.outputOptions }, file, signal)
}

class EncoderThread {
  private readonly worker: Worker
  private readonly slots: readonly SharedArrayBuffer[]
  /** Slots of the frames that were sent and not yet taken, oldest first. */
  private readonly inFlight: number[] = []
  private lastFrame: Uint8Array | null = null
  private lastSlot = -1
  private painted = 0
  private failure: Error | null = null
  private isReady = false
  private isSettled = false
  private wake = (): void => undefined

  constructor(script: string, ffmpeg: string, video: PaintedVideo, file: string) {
    const { frameSize, otherInputs, outputOptions } = video
    this.slots = Array.from({ length: SLOTS }, () => new SharedArrayBuffer(frameSize.width * frameSize.height * 4))
    const setup: EncoderSetup = { ffmpeg, file, frameSize, otherInputs, outputOptions, pipeOptions: pipeOptions(video), slots: this.slots }
    this.worker = new Worker(script, { workerData: setup })
    this.worker.on('message', (message: EncoderMessage) => this.receive(message))
    this.worker.on('error', (error) => this.settle(error))
    this.worker.on('exit', () => this.settle(new Error('the encoder thread ended')))
  }

  /** False where the thread could not be started; no frame was asked for then. */
  async starts(): Promise<boolean> {
    while (!this.isReady && !this.isSettled) await this.news()
    return this.isReady
  }

  /** Resolves when the frame is on its way. */
  async send(frame: Uint8Array): Promise<void> {
    while (this.inFlight.length >= SLOTS && !this.isSettled) await this.news()
    if (frame !== this.lastFrame) {
      const slot = await this.freeSlot()
      new Uint8Array(this.slots[slot] as unknown as ArrayBuffer).set(frame)
      this.lastFrame = frame
      this.lastSlot = slot
      this.painted += 1
    }
    this.throwFailure()
    this.inFlight.push(this.lastSlot)
    this.post({ kind: 'frame', slot: this.lastSlot, painted: this.painted })
  }

  /** Resolves when ffmpeg has written the whole file and ended well. */
  async finish(signal: AbortSignal): Promise<void> {
    const abort = (): void => this.post({ kind: 'abort' })
    signal.addEventListener('abort', abort, { once: true })
    this.post({ kind: signal.aborted ? 'abort' : 'end' })
    while (!this.isSettled) await this.news()
    signal.removeEventListener('abort', abort)
    this.throwFailure()
  }

  /** Ends ffmpeg and waits until it is gone; gives the error it had ended with before, if any. */
  async abort(): Promise<Error | null> {
    const earlier = this.failure
    this.post({ kind: 'abort' })
    while (!this.isSettled) await this.news()
    return earlier
  }

  async dispose(): Promise<void> {
    await this.worker.terminate()
  }

  private async freeSlot(): Promise<number> {
    for (;;) {
      this.throwFailure()
      // The last one may be sent again without being written again: it stays as it is.
      const free = this.slots.findIndex((_, slot) => slot !== this.lastSlot && !this.inFlight.includes(slot))
      if (free >= 0) return free
      await this.news()
    }
  }

  private receive(message: EncoderMessage): void {
    if (message.kind === 'done') return this.settle(null)
    if (message.kind === 'failed') return this.settle(message.isCancelled ? new CancelledError() : new StudioError(message.error))
    if (message.kind === 'ready') this.isReady = true
    else this.inFlight.shift()
    this.wake()
  }

  /** The first word counts: a thread that is done also ends. */
  private settle(failure: Error | null): void {
    if (!this.isSettled) this.failure = failure
    this.isSettled = true
    this.wake()
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure
  }

  private news(): Promise<void> {
    return new Promise((resolve) => { this.wake = resolve })
  }

  private post(order: EncoderOrder): void {
    this.worker.postMessage(order) // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
  }
}

function pipeOptions({ frameSize, frameRate }: PaintedVideo): string[] {
  // Newer versions convert what is not tagged where it comes in to what is tagged where it goes out.
  return [...rawFramesOptions('yuv420p', frameSize, frameRate), ...BT709_TAGS]
}

/** The thread's file: beside this one in the sources, beside or above it in a bundle. */
function threadScript(): string | null {
  const name = `encoder-thread${extname(import.meta.filename)}`
  return [import.meta.dirname, dirname(import.meta.dirname)].map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null
}
