/** What a pipeline is handed for one generation, and what it hands back. */
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { CancelledError } from '#core/errors.ts'
import type { Session } from '../inference/inference-port.ts'
import type { MediaTools } from '../media-port.ts'
import type { KnownLatents } from '../sampling/known-latents.ts'
import type { VerifiedPack } from '../packs/verify-pack.ts'
import type { JobProgress } from './job-progress.ts'
import type { GraphName } from './model-store.ts'
import type { TextEncoding } from './text/embeddings.ts'
import type { VaeTiles } from './vae-tiles.ts'

export interface GenerationJob {
  readonly request: GenerateRequest
  readonly pack: VerifiedPack
  /** The one provider that this job runs on. */
  readonly provider: string
  /** A graph of the pack, loaded if it is not yet; use it before the next call. */
  readonly open: (graph: GraphName) => Promise<Session>
  /** The same, or null where another graph would have to make room for it: those in use stay. */
  readonly openIfRoom: (graph: GraphName) => Promise<Session | null>
  /** How the VAE is run; null: the whole clip at once. */
  readonly vaeTiles: VaeTiles | null
  readonly text: TextEncoding
  /** Version of the inference runtime. */
  readonly runtime: string
  /** Least time between two checkpoints. */
  readonly checkpointIntervalMs: number
  readonly media: MediaTools
  readonly progress: JobProgress
  readonly previewFolder: string
  readonly onPreview: (preview: { readonly step: number; readonly steps: number; readonly file: string }) => void
  readonly signal: AbortSignal
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Which part of the take this clip is. */
  readonly clip: ClipOfTake
}

/** One clip of a take; most takes are one clip. */
export interface ClipOfTake {
  /** Frame of the take at which the clip's frame 0 lies; negative where it begins with frames that lead in. */
  readonly startFrame: number
  readonly takeFrameCount: number
  /** Frames of other takes before and behind this one's; null or absent where there are none. */
  readonly lead?: NonNullable<GenerateRequest['known']>['lead'] | null
  readonly tail?: NonNullable<GenerateRequest['known']>['tail'] | null
  /** Latent frames of a parent, of earlier clips, or of what leads in and out; null where there are none. Pictures come on top. */
  readonly known: KnownLatents | null
}

/** A whole take is asked of a pipeline; it asks for the clips itself. */
export type TakeJob = Omit<GenerationJob, 'clip'>

/** What the pipeline knows; the engine adds the time and the runtime's version. */
export type GenerationOutcome = Omit<GenerateResult, 'wallSeconds' | 'onnxruntime'>
export type Pipeline = (job: TakeJob) => Promise<GenerationOutcome>

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError()
}
