/** Pictures of a clip while it is being sampled: the first made frame of what the model foresees, decoded and written as JPEG. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import type { Session } from '../inference/inference-port.ts'
import type { MediaTools } from '../media-port.ts'
import { copyFrame, elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'
import type { SampleStep } from '../sampling/sample.ts'
import { onlyOutput } from './graph-output.ts'
import { decodeLatents, toRgb24 } from './vae.ts'
import type { WholeClip } from './vae.ts'

/** Previews may take this share of the time that the steps take, and no more; the first one is free. */
const TIME_SHARE = 0.1
const MAX_EDGE = 320
/** Decoders beyond this are not small: one frame would cost as much as a step. */
const MAX_DECODER_BYTES = 100e6

export interface StepPreviewOptions {
  readonly pack: PackManifest
  readonly shape: LatentShape
  readonly media: Pick<MediaTools, 'writeJpeg'>
  /** Opens the pack's `previewGraph`; null where there is no room for it beside the transformer. */
  readonly openVaeDecoder: () => Promise<Session | null>
  /** Folder of this job's previews; made when the first is written. */
  readonly folder: string
  readonly now: () => number
  /** The latent frame to show: the first that is being made. */
  readonly latentFrame: number
  /** Of a take of several clips: steps of earlier clips, and of all. */
  readonly earlierSteps: number
  readonly allSteps: number
  readonly emit: (preview: { readonly step: number; readonly steps: number; readonly file: string }) => void
}

/** The graph that decodes previews: the tiny one where the pack has one. */
export function previewGraph(pack: PackManifest): 'previewDecoder' | 'vaeDecoder' {
  return pack.components.previewDecoder === undefined ? 'vaeDecoder' : 'previewDecoder'
}

/** Returns what to call after each step. Previews never change the clip, and one that fails is left out. */
export function createStepPreviews(options: StepPreviewOptions): (step: SampleStep) => Promise<void> {
  const decoderBytes = options.pack.components[previewGraph(options.pack)]?.bytes ?? 0
  let stepsMs = 0
  let previewsMs = 0
  return async (step) => {
    stepsMs += step.milliseconds
    const isLast = step.index === step.steps - 1
    if (isLast || decoderBytes > MAX_DECODER_BYTES || previewsMs > stepsMs * TIME_SHARE) return
    const startedAt = options.now()
    try {
      const decoder = await options.openVaeDecoder()
      const file = decoder === null ? null : await writePreview(decoder, step, options)
      if (file !== null) options.emit({ step: options.earlierSteps + step.index + 1, steps: options.allSteps, file })
    } catch {
      // A missing preview is not worth a failed shot; what is really wrong shows in the decode of the clip.
      previewsMs = Number.POSITIVE_INFINITY
    }
    previewsMs += options.now() - startedAt
  }
}

async function writePreview(decoder: Session, step: SampleStep, { pack, shape, media, folder, latentFrame, earlierSteps }: StepPreviewOptions): Promise<string> {
  // Two latent frames where there are as many: some decoders look one ahead.
  const frames = Math.min(2, shape[2])
  const first = Math.min(Math.max(0, latentFrame - 1), shape[2] - frames)
  const startShape: LatentShape = [1, shape[1], frames, shape[3], shape[4]]
  const start = new Float32Array(elementCount(startShape))
  const estimate = step.estimate()
  for (let frame = 0; frame < frames; frame++) copyFrame(estimate, shape, first + frame, start, startShape, frame)
  const clip = await decode(decoder, start, startShape, pack)
  await mkdir(folder, { recursive: true })
  const file = join(folder, `step-${String(earlierSteps + step.index + 1).padStart(3, '0')}.jpg`)
  await media.writeJpeg(file, toRgb24(clip, latentFrame === 0 ? 0 : clip.frameCount - 1), clip.frameSize, { maxEdge: MAX_EDGE })
  return file
}

/** Tiny decoders take normalised latents, VAEs those of the VAE. */
async function decode(session: Session, latents: Float32Array, shape: LatentShape, pack: PackManifest): Promise<WholeClip> {
  if (previewGraph(pack) === 'vaeDecoder') return decodeLatents(session, latents, shape, pack)
  const frames = onlyOutput(await session.run({ latents: { type: 'float32', data: latents, dims: shape } }), 'frames')
  const [, , frameCount = 0, height = 0, width = 0] = frames.dims
  return { data: frames.data, frameCount, frameSize: { width, height } }
}
