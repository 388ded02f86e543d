/**
 * The Wan family: one text encoder, one transformer or two that predict a flow velocity, a causal VAE; pictures as known latents
 * or as a condition of their own; the camera as dense channels. Which of these a checkpoint has, its manifest says.
 */
import type { Preparation } from './conditions.ts'
import { cameraInputs } from './camera-inputs.ts'
import { expertVelocity, transformerVelocity } from './denoiser.ts'
import type { Family } from './generate.ts'
import type { GenerationJob } from './generation-job.ts'
import { planGeneration } from './generation-plan.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { prepareKnown } from './known-frames.ts'
import { pictureInputs, withoutPictures } from './picture-inputs.ts'
import { scheduleOf } from './schedule.ts'
import { encodeText } from './text-conditions.ts'
import { decodeClip } from './vae.ts'

export const WAN: Family = {
  plan: planGeneration,
  encodeText,
  prepare,
  solver: scheduleOf,
  velocity: (job, plan, text, preparation) => {
    const isOfTwo = job.pack.manifest.experts !== undefined
    return isOfTwo ? expertVelocity(job, plan, text, preparation) : transformerVelocity(job, plan, text, preparation)
  },
  decode: decodeClip,
}

async function prepare(job: GenerationJob, plan: GenerationPlan): Promise<Preparation> {
  const pictures = await pictureInputs(job, plan)
  const known = await prepareKnown(job.pack.manifest.picture === undefined ? job : withoutPictures(job), plan)
  return { known, conditions: { ...pictures, ...await cameraInputs(job, plan) } }
}
