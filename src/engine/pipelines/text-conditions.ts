/** The text inputs of families with one text encoder: a prompt for each branch of guidance, encoded or remembered. */
import { isGuided } from '../sampling/guidance.ts'
import type { GraphInputs, TextConditions } from './conditions.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'

/** `encoder_hidden_states` float32 [1, L, D] of the pack's one text encoder. */
export function encodeText(job: GenerationJob, plan: GenerationPlan): Promise<TextConditions> {
  return encodeBranches(job, plan, async (prompt) => {
    const { embedding } = await job.text.encode(job.pack, prompt, () => job.open('textEncoder'))
    return { encoder_hidden_states: embedding }
  })
}

/** Runs `encode` for the prompt, and for the negative one only where guidance will use it. */
export async function encodeBranches(job: GenerationJob, plan: GenerationPlan, encode: (prompt: string) => Promise<GraphInputs>): Promise<TextConditions> {
  const isTwoSided = isGuided(plan.guidanceScale) || isGuided(plan.lowNoise?.scale ?? 0)
  job.progress.begin('encoding-text', isTwoSided ? 2 : 1)
  const encodeOne = async (prompt: string) => {
    throwIfCancelled(job.signal)
    const inputs = await encode(prompt)
    job.progress.advance()
    return inputs
  }
  const conditional = await encodeOne(job.request.prompt)
  return isTwoSided ? { conditional, unconditional: await encodeOne(plan.negativePrompt) } : { conditional }
}
