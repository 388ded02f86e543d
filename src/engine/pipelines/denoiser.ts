/** The transformer of a Wan pack as the velocity function that the sampler asks for. */
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { StudioError } from '#core/errors.ts'
import type { Session, Tensor } from '../inference/inference-port.ts'
import type { Branch } from '../sampling/guidance.ts'
import type { LatentShape } from '../sampling/latents.ts'
import type { VelocityInput } from '../sampling/sample.ts'
import { timestepTensor } from '../sampling/timestep-tensor.ts'
import { onlyOutput } from './vae.ts'

export interface DenoiserInputs {
  readonly shape: LatentShape
  /** float32 [1, L, D] for each branch; the unconditional one may be missing where guidance is off. */
  readonly text: Readonly<Record<'conditional', Tensor>> & Readonly<Partial<Record<'unconditional', Tensor>>>
  /** float32 [1, K, F', H', W'], for packs that take the camera as channels. */
  readonly camera: Tensor | null
}

/** Both branches see the same camera: guidance strengthens the words, the camera is given. */
export function createDenoiser(session: Session, pack: PackManifest, inputs: DenoiserInputs): (input: VelocityInput) => Promise<Float32Array> {
  const takesCamera = session.inputNames.includes('camera')
  if (takesCamera !== (inputs.camera !== null)) {
    throw new StudioError({
      code: 'MODEL_UNSUPPORTED',
      message: `The transformer of the pack "${pack.name}" ${takesCamera ? 'takes' : 'lacks'} a camera input, and its manifest says otherwise.`,
      remedy: 'Install the pack again; if you made it, correct camera.kind in its manifest.',
    })
  }
  return async ({ latents, frameTimesteps, branch }) => {
    const outputs = await session.run({
      hidden_states: { type: 'float32', data: latents, dims: inputs.shape },
      timestep: timestepTensor(frameTimesteps, inputs.shape, pack.latent.patch, pack.schedule),
      encoder_hidden_states: textOf(inputs, branch),
      ...(inputs.camera === null ? {} : { camera: inputs.camera }),
    })
    const velocity = onlyOutput(outputs, 'velocity').data
    if (velocity.length !== latents.length) throw new RangeError(`The transformer gave ${velocity.length} values for ${latents.length}.`)
    return velocity
  }
}

function textOf({ text }: DenoiserInputs, branch: Branch): Tensor {
  const embedding = text[branch]
  if (embedding === undefined) throw new RangeError('Guidance is on, and the negative prompt was not encoded.')
  return embedding
}
