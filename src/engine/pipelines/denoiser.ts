/** A pack's transformer as the velocity function that the sampler asks for. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { Session } from '../inference/inference-port.ts'
import type { Branch } from '../sampling/guidance.ts'
import type { LatentShape } from '../sampling/latents.ts'
import type { VelocityInput } from '../sampling/sample.ts'
import { timestepTensor } from '../sampling/timestep-tensor.ts'
import type { GraphInputs, Preparation, TextConditions } from './conditions.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { onlyOutput } from './graph-output.ts'

export type Velocity = (input: VelocityInput) => Promise<Float32Array>

export interface DenoiserInputs {
  readonly shape: LatentShape
  readonly text: TextConditions
  readonly conditions: GraphInputs
}

/** The velocity of families with one transformer; it is loaded here, after everything else was prepared and may have been let go. */
export async function transformerVelocity(job: GenerationJob, plan: GenerationPlan, text: TextConditions, { conditions }: Preparation): Promise<Velocity> {
  const session = await job.open('transformer')
  throwIfCancelled(job.signal)
  return createDenoiser(session, job.pack.manifest, { shape: plan.shape, text, conditions })
}

/**
 * The velocity of packs with two transformers: `transformer` from the boundary up, `transformer2` below. Each is opened when the
 * steps reach it, so that on a small budget the second takes the place of the first.
 */
export async function expertVelocity(job: GenerationJob, plan: GenerationPlan, text: TextConditions, { conditions }: Preparation): Promise<Velocity> {
  let current: { readonly graph: 'transformer' | 'transformer2'; readonly velocity: Velocity } | null = null
  return async (input) => {
    const graph = isLowNoise(plan, input.timestep) ? 'transformer2' : 'transformer'
    if (current?.graph !== graph) {
      // Let go of first: the budget may not hold both.
      current = null
      current = { graph, velocity: createDenoiser(await job.open(graph), job.pack.manifest, { shape: plan.shape, text, conditions }) }
      throwIfCancelled(job.signal)
    }
    return current.velocity(input)
  }
}

function isLowNoise({ lowNoise }: GenerationPlan, timestep: number): boolean {
  return lowNoise !== null && timestep < lowNoise.belowTimestep
}

/** Throws MODEL_UNSUPPORTED where the graph takes other conditions than its manifest has led to. */
export function createDenoiser(session: Session, pack: PackManifest, inputs: DenoiserInputs): Velocity {
  checkConditions(session, pack, inputs)
  return async ({ latents, frameTimesteps, branch }) => {
    const outputs = await session.run({
      hidden_states: { type: 'float32', data: latents, dims: inputs.shape },
      timestep: timestepTensor(frameTimesteps, inputs.shape, pack.latent.patch, pack.schedule),
      ...textOf(inputs.text, branch),
      ...inputs.conditions,
    })
    const velocity = onlyOutput(outputs, 'velocity').data
    if (velocity.length !== latents.length) throw new RangeError(`The transformer gave ${velocity.length} values for ${latents.length}.`)
    return velocity
  }
}

function textOf(text: TextConditions, branch: Branch): GraphInputs {
  const inputs = text[branch]
  if (inputs === undefined) throw new RangeError('Guidance is on, and the negative prompt was not encoded.')
  return inputs
}

/** Said before the first step, by name: the runtime's own message names neither the pack nor the field that is wrong. */
function checkConditions({ inputNames }: Session, pack: PackManifest, { text, conditions }: DenoiserInputs): void {
  const given = new Set(['hidden_states', 'timestep', ...Object.keys(text.conditional), ...Object.keys(conditions)])
  const missing = inputNames.find((name) => !given.has(name))
  const unknown = [...given].find((name) => !inputNames.includes(name))
  if (missing === undefined && unknown === undefined) return
  throw new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `The transformer of the pack "${pack.name}" ${missing === undefined ? `lacks the input "${unknown}"` : `takes an input "${missing}"`}, and its manifest says otherwise.`,
    remedy: 'Install the pack again; if you made it, correct its manifest: docs/pack-format.md says which field asks for which input.',
  })
}
