/** The transformer's timestep input in the three shapes that packs ask for. */
import type { PackSchedule } from '#contracts/pack-manifest.ts'
import type { Tensor } from '../inference/inference-port.ts'
import type { LatentShape } from './latents.ts'

/**
 * - `batch`: [1], int64 (truncated) or float32;
 * - `frames`: float32 [1, F'], one a latent frame;
 * - `tokens`: float32 [1, S], one a patch token, frame by frame.
 *
 * With `timestepType` int64 the value is truncated in every shape, as packs with integer training timesteps expect.
 */
export function timestepTensor(frameTimesteps: readonly number[], shape: LatentShape, patch: readonly [number, number, number], schedule: Pick<PackSchedule, 'timestep' | 'timestepType'>): Tensor {
  const values = schedule.timestepType === 'int64' ? frameTimesteps.map(Math.trunc) : frameTimesteps
  switch (schedule.timestep) {
    case 'batch': {
      // Without a timestep a frame, known frames are noised and all frames share one.
      const timestep = values[0] as number
      return schedule.timestepType === 'int64'
        ? { type: 'int64', data: BigInt64Array.of(BigInt(timestep)), dims: [1] }
        : { type: 'float32', data: Float32Array.of(timestep), dims: [1] }
    }
    case 'frames':
      return { type: 'float32', data: Float32Array.from(values), dims: [1, values.length] }
    case 'tokens': {
      const tokensPerFrame = (shape[3] / patch[1]) * (shape[4] / patch[2])
      const tokenFrames = Math.ceil(shape[2] / patch[0])
      const data = new Float32Array(tokenFrames * tokensPerFrame)
      for (let frame = 0; frame < tokenFrames; frame++) {
        data.fill(values[frame * patch[0]] as number, frame * tokensPerFrame, (frame + 1) * tokensPerFrame)
      }
      return { type: 'float32', data, dims: [1, data.length] }
    }
  }
}
