/** The shot's camera as the transformer's input `camera`, in the form that the pack was trained with (docs/pack-format.md). */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { flowField } from '#core/camera/flow-field.ts'
import { plueckerMap } from '#core/camera/pluecker.ts'
import { cameraOfClip } from './camera-of-clip.ts'
import type { GraphInputs } from './conditions.ts'
import { throwIfCancelled } from './generation-job.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'
import { onlyOutput, wrongShape } from './graph-output.ts'

/** Nothing where words carry the camera, or nothing does. */
export async function cameraInputs(job: GenerationJob, plan: GenerationPlan): Promise<GraphInputs> {
  const { camera } = job.pack.manifest
  switch (camera.kind) {
    case 'none':
    case 'prompt': return {}
    case 'flow': return flowInputs(job, plan)
    case 'pluecker': return plueckerInputs(job, plan, camera.subjectDistanceUnits)
  }
}

function flowInputs(job: GenerationJob, plan: GenerationPlan): GraphInputs {
  const { spatialCompression, temporalCompression } = job.pack.manifest.latent
  const { data, shape } = flowField({ ...cameraOfClip(job, plan), frameSize: plan.frameSize, spatialCompression, temporalCompression })
  return { camera: { type: 'float32', data, dims: shape } }
}

/** The maps have the full frame size (0.8 GB for 81 frames at 480p): the camera encoder gets one latent frame of them at a time, once. */
async function plueckerInputs(job: GenerationJob, plan: GenerationPlan, subjectDistanceUnits: number): Promise<GraphInputs> {
  const { temporalCompression, patch } = job.pack.manifest.latent
  const { width, height } = plan.frameSize
  const frames = plan.shape[2], rows = plan.shape[3] / patch[1], columns = plan.shape[4] / patch[2]
  const session = await job.open('cameraEncoder')
  const camera = cameraOfClip(job, plan)
  const encoded: Float32Array[] = []
  for (let frame = 0; frame < frames; frame++) {
    // Pings and cancellations are heard between the frames.
    await nextTurn()
    throwIfCancelled(job.signal)
    const data = plueckerMap({ ...camera, frameSize: plan.frameSize, temporalCompression, subjectDistanceUnits }, frame)
    const outputs = await session.run({ camera: { type: 'float32', data, dims: [1, 6 * temporalCompression, 1, height, width] } })
    const features = onlyOutput(outputs, 'features')
    if (features.dims[2] !== 1 || features.dims[3] !== rows || features.dims[4] !== columns) {
      throw wrongShape(`its camera encoder gave ${features.dims.join(' x ')} where one frame of ${rows} x ${columns} patches is due`)
    }
    encoded.push(features.data)
  }
  return { camera: { type: 'float32', data: joinFrames(encoded, rows * columns), dims: [1, (encoded[0] as Float32Array).length / (rows * columns), frames, rows, columns] } }
}

/** [D, plane] each -> [D, frames, plane]. */
function joinFrames(frames: readonly Float32Array[], plane: number): Float32Array {
  const joined = new Float32Array(frames.reduce((sum, { length }) => sum + length, 0))
  for (const [frame, features] of frames.entries()) {
    for (let channel = 0; channel * plane < features.length; channel++) {
      joined.set(features.subarray(channel * plane, (channel + 1) * plane), (channel * frames.length + frame) * plane)
    }
  }
  return joined
}
