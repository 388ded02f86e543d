/**
 * The LTX-Video family: one timestep a latent frame, so that known frames stand still and clean; a mask keeps the transformer from
 * padding; and a decoder that takes the last bit of noise away itself, for which some is mixed in first.
 */
import { gaussianNoise } from '../sampling/noise.ts'
import type { GraphInputs } from './conditions.ts'
import { transformerVelocity } from './denoiser.ts'
import type { Family } from './family.ts'
import type { GenerationJob } from './generation-job.ts'
import { planGeneration } from './generation-plan.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { prepareKnown } from './known-frames.ts'
import { denormaliseLatents } from './normalisation.ts'
import { scheduleOf } from './schedule.ts'
import { encodeBranches } from './text-conditions.ts'
import { decodeFrames } from './vae.ts'
import type { DecodedClip } from './vae.ts'

export const LTX: Family = {
  plan: planGeneration,
  encodeText: (job, plan) => encodeBranches(job, plan, (prompt) => encodeWithMask(job, prompt)),
  prepare: async (job, plan) => ({ known: await prepareKnown(job, plan), conditions: {} }),
  solver: scheduleOf,
  velocity: transformerVelocity,
  decode,
}

export async function encodeWithMask({ pack, text, open }: Pick<GenerationJob, 'pack' | 'text' | 'open'>, prompt: string): Promise<GraphInputs> {
  const { attentionMask } = (await text.tokenizerOf(pack)).encode(prompt.trim())
  const { embedding } = await text.encode(pack, prompt, () => open('textEncoder'))
  return { encoder_hidden_states: embedding, encoder_attention_mask: attentionMask }
}

/** Stream of the noise for the decoder, far from those of the steps. */
const DECODE_STREAM = 0xdec0de

/** Noise is mixed into the latents as the decoder takes them, not into the normalised ones. */
async function decode(job: GenerationJob, plan: GenerationPlan, latents: Float32Array): Promise<DecodedClip> {
  const { pack: { manifest }, request: { seed } } = job
  const raw = denormaliseLatents(latents, plan.shape, manifest.latent)
  return decodeFrames(job, plan, mixNoise(raw, manifest.decode?.noiseScale ?? 0, () => gaussianNoise(raw.length, { seed, stream: DECODE_STREAM })))
}

export function mixNoise(latents: Float32Array, scale: number, noiseOf: () => Float32Array): Float32Array {
  if (scale === 0) return latents
  const noise = noiseOf()
  return latents.map((value, element) => (1 - scale) * value + scale * (noise[element] as number))
}
