/** The frames of an export as raw pixels, one after the other; a frame that looks like the one before is not painted again. */
import { createCanvas } from '@napi-rs/canvas'
import type { FrameRate } from '#core/document/schema.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import type { RenderFrame } from '#core/render/frame.ts'
import { frameAt, type CompiledSequence } from '#core/render/graph.ts'
import { paintFrame } from '#core/render/paint.ts'
import { convertFrames } from '#core/timeline/time.ts'
import type { ExportFiles } from './export-checks.ts'
import type { Ffmpeg } from './ffmpeg-location.ts'
import { TakePictures } from './take-pictures.ts'

/** How far ahead decoders are started: about the time that a process needs to start. */
const LOOK_AHEAD_FRAMES = 12

export interface OutputTiming {
  readonly frameRate: FrameRate
  readonly frameCount: number
  /** Of the pictures, and so of the sound. */
  readonly seconds: number
}

export interface PaintSequenceRequest {
  readonly ffmpeg: Ffmpeg
  readonly compiled: CompiledSequence
  readonly files: ExportFiles
  readonly preset: ExportPreset
  readonly output: OutputTiming
  readonly markDrafts: boolean
  readonly signal: AbortSignal
  onFrame(completed: number): void
  /** The last frame was taken. */
  onLastFrame(): void
}

/** At the project's own rate frame for frame; otherwise as many frames as fit the same time, to the nearest. */
export function outputTiming(compiled: CompiledSequence, preset: ExportPreset): OutputTiming {
  const frameRate = preset.frameRate ?? compiled.frameRate
  const frameCount = compiled.totalFrames === 0 ? 0 : Math.max(1, convertFrames(compiled.totalFrames, compiled.frameRate, frameRate, 'round'))
  return { frameRate, frameCount, seconds: (frameCount * frameRate.den) / frameRate.num }
}

/** rgba, `output.frameCount` frames; two equal neighbours are the same buffer. Nobody may write into them. */
export async function* paintSequence(request: PaintSequenceRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { compiled, output, preset } = request
  const canvas = createCanvas(preset.frameSize.width, preset.frameSize.height)
  const context = canvas.getContext('2d')
  const options = { markDrafts: request.markDrafts, safeArea: preset.safeArea }
  const pictures = new TakePictures(request.ffmpeg, request.files.takes, request.signal)
  let paintedLooks = ''
  let pixels: Uint8Array = new Uint8Array()
  try {
    for (let index = 0; index < output.frameCount; index += 1) {
      const frame = frameAt(compiled, projectFrameOf(index, compiled, output))
      const soon = frameAt(compiled, projectFrameOf(Math.min(index + LOOK_AHEAD_FRAMES, output.frameCount - 1), compiled, output))
      await pictures.advanceTo(frame, soon)
      pictures.prefetch(soon)
      const looks = looksOf(frame)
      if (looks !== paintedLooks) {
        paintFrame(context, frame, preset.frameSize, pictures.source, options)
        pixels = canvas.data()
        paintedLooks = looks
      }
      request.onFrame(index + 1)
      yield pixels
    }
    request.onLastFrame()
  } finally {
    await pictures.dispose()
  }
}

/** Which project frame an output frame shows: the one that is on screen when the output frame begins. */
function projectFrameOf(index: number, compiled: CompiledSequence, output: OutputTiming): number {
  return Math.min(convertFrames(index, output.frameRate, compiled.frameRate, 'floor'), compiled.totalFrames - 1)
}

/** Two frames with the same layers look the same, wherever they stand on the timeline. */
function looksOf(frame: RenderFrame): string {
  return JSON.stringify(frame.layers)
}
