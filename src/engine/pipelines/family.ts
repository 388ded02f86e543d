/** What a family of models is: six functions, most of them the plain defaults that live beside this file. */
import type { GenerateRequest } from '#contracts/engine-api.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import type { Solver } from '../sampling/solver.ts'
import type { Preparation, TextConditions } from './conditions.ts'
import type { Velocity } from './denoiser.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import type { DecodedClip } from './vae.ts'

/** Called in this order. What one opens may be let go when the next opens another graph: hold no session across them. */
export interface Family {
  /** Default: `planGeneration`. Throws INVALID_INPUT or MODEL_UNSUPPORTED; nothing is loaded yet. */
  readonly plan: (request: GenerateRequest, pack: PackManifest) => GenerationPlan
  /** Default: `encodeText`, one encoder. Begins the stage 'encoding-text'. */
  readonly encodeText: (job: GenerationJob, plan: GenerationPlan) => Promise<TextConditions>
  /** Known latents, and pictures and cameras as inputs of the transformer. Default for the first: `prepareKnown`. */
  readonly prepare: (job: GenerationJob, plan: GenerationPlan) => Promise<Preparation>
  /** Default: `scheduleOf`, by the pack's schedule. */
  readonly solver: (job: GenerationJob, plan: GenerationPlan) => Solver
  /** Default: `transformerVelocity`, one transformer. */
  readonly velocity: (job: GenerationJob, plan: GenerationPlan, text: TextConditions, preparation: Preparation) => Promise<Velocity>
  /** Normalised latents -> frames. Default: `decodeClip`. */
  readonly decode: (job: GenerationJob, plan: GenerationPlan, latents: Float32Array) => Promise<DecodedClip>
}
