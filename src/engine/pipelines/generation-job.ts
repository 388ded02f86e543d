/** What a pipeline is handed for one generation, and what it hands back. */
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { CancelledError } from '#core/errors.ts'
import type { Session } from '../inference/inference-port.ts'
import type { MediaTools } from '../media-port.ts'
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
  readonly media: MediaTools
  readonly progress: JobProgress
  readonly previewFolder: string
  readonly onPreview: (preview: { readonly step: number; readonly steps: number; readonly file: string }) => void
  readonly signal: AbortSignal
  /** Monotonic milliseconds. */
  readonly now: () => number
}

/** What the pipeline knows; the engine adds the time and the runtime's version. */
export type GenerationOutcome = Omit<GenerateResult, 'wallSeconds' | 'onnxruntime'>
export type Pipeline = (job: GenerationJob) => Promise<GenerationOutcome>

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError()
}
