/** The Wan family: one text encoder, one transformer that predicts a flow velocity, a causal VAE, and a camera as dense channels. */
import { flowField } from '#core/camera/flow-field.ts'
import { cameraPath } from '#core/camera/path.ts'
import type { GraphInputs } from './conditions.ts'
import { transformerVelocity } from './denoiser.ts'
import { generateWith } from './generate.ts'
import type { Family } from './generate.ts'
import type { GenerationJob } from './generation-job.ts'
import { planGeneration } from './generation-plan.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { prepareKnown } from './known-frames.ts'
import { scheduleOf } from './schedule.ts'
import { encodeText } from './text-conditions.ts'
import { decodeClip } from './vae.ts'

const WAN: Family = {
  plan: planGeneration,
  encodeText,
  prepare: async (job, plan) => ({ known: await prepareKnown(job, plan), conditions: cameraInputs(job, plan) }),
  solver: scheduleOf,
  velocity: transformerVelocity,
  decode: decodeClip,
}

export const generateWan = generateWith(WAN)

/** The channels of docs/pack-format.md for packs that take the camera as a flow field; nothing where words carry it. */
function cameraInputs({ request, pack: { manifest } }: GenerationJob, plan: GenerationPlan): GraphInputs {
  if (manifest.camera.kind !== 'flow') return {}
  const { lensMm, subjectDistanceM } = request
  const poses = cameraPath({ move: request.camera, lensMm, subjectDistanceM, frameCount: plan.frameCount, frameRate: plan.frameRate })
  const { data, shape } = flowField({
    poses, frameSize: plan.frameSize, subjectDistanceM,
    spatialCompression: manifest.latent.spatialCompression, temporalCompression: manifest.latent.temporalCompression,
  })
  return { camera: { type: 'float32', data, dims: shape } }
}
