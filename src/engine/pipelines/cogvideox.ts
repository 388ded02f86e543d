/**
 * The CogVideoX family: a transformer that attends to words and cells together and predicts v, on a DDIM schedule. It has one
 * timestep for the whole clip, so known frames are shown to it noised as far as the step is.
 */
import type { GraphInputs } from './conditions.ts'
import { transformerVelocity } from './denoiser.ts'
import type { Family } from './family.ts'
import type { GenerationJob } from './generation-job.ts'
import { planGeneration } from './generation-plan.ts'
import { prepareKnown } from './known-frames.ts'
import { scheduleOf } from './schedule.ts'
import { encodeBranches } from './text-conditions.ts'
import { decodeClip } from './vae.ts'

export const COGVIDEOX: Family = {
  plan: planGeneration,
  encodeText: (job, plan) => encodeBranches(job, plan, (prompt) => encodeWithPadding(job, prompt)),
  prepare: async (job, plan) => ({ known: await prepareKnown(job, plan), conditions: {} }),
  solver: scheduleOf,
  velocity: transformerVelocity,
  decode: decodeClip,
}

/** The encoder and the transformer were trained without a mask: padding is read like words, and all its rows count. */
export async function encodeWithPadding({ pack, text, open }: Pick<GenerationJob, 'pack' | 'text' | 'open'>, prompt: string): Promise<GraphInputs> {
  const { inputIds } = (await text.tokenizerOf(pack)).encode(prompt.trim())
  return { encoder_hidden_states: await text.encodeIds(pack, 'textEncoder', Array.from(inputIds.data, Number), () => open('textEncoder')) }
}
