/** The one primitive behind all generation: noise, a velocity model and known latents in, latents out. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CancelledError } from '#core/errors.ts'
import { guidedVelocity, scaleAt } from './guidance.ts'
import type { Branch, Guidance } from './guidance.ts'
import { presentKnown, restoreKnown } from './known-latents.ts'
import type { KnownLatents, KnownPresentation } from './known-latents.ts'
import { elementCount } from './latents.ts'
import type { LatentShape } from './latents.ts'
import type { Solver } from './solver.ts'

export interface VelocityInput {
  /** float32, `shape`; must not be changed or kept. */
  readonly latents: Float32Array
  /** sigma * 1000, one a latent frame; 0 for frames that are shown clean. */
  readonly frameTimesteps: readonly number[]
  /** The step's own, whatever is shown of known frames. */
  readonly timestep: number
  readonly branch: Branch
}

export interface SampleStep {
  /** 0 … steps - 1. */
  readonly index: number
  readonly steps: number
  readonly milliseconds: number
  /** The clip as the model foresees it at this step. Computed when called. */
  readonly estimate: () => Float32Array
  /** What the next step starts from. Valid until the next step. */
  readonly state: () => SampleState
}

/** A run between two steps: with it, the same request goes on bit for bit. */
export interface SampleState {
  /** The step that comes next. */
  readonly index: number
  readonly latents: Float32Array
  /** What the solver remembers. */
  readonly solver: readonly Float32Array[]
}

export interface SampleRequest {
  readonly shape: LatentShape
  /** The model: predicts noise - x0, or what else its solver goes by, float32, same shape. */
  readonly velocity: (input: VelocityInput) => Promise<Float32Array>
  /** Fresh: a solver remembers the steps of its run. */
  readonly schedule: Solver
  readonly guidance: Guidance
  readonly noise: Float32Array
  readonly known: (KnownLatents & { readonly presentation: KnownPresentation }) | null
  /** Where an earlier run of the same request stopped; null or absent: the start. */
  readonly resume?: SampleState | null
  readonly onStep: (step: SampleStep) => void | Promise<void>
  readonly signal: AbortSignal
  /** Monotonic milliseconds. */
  readonly now: () => number
}

/**
 * Returns normalised latents, float32, `shape`. Known frames come back bit for bit.
 * Throws CancelledError between model runs once the signal fired; whatever `velocity` throws passes through.
 */
export async function sample(request: SampleRequest): Promise<Float32Array> {
  const { shape, schedule, known, noise, signal, resume = null } = request
  if (noise.length !== elementCount(shape)) throw new RangeError(`noise holds ${noise.length} values, the shape ${shape.join(' x ')} needs ${elementCount(shape)}`)
  const steps = schedule.timesteps.length
  let latents: Float32Array = (resume?.latents ?? noise).slice()
  if (resume !== null) schedule.restore(resume.index, resume.solver)
  for (let index = resume?.index ?? 0; index < steps; index++) {
    await yieldToEvents(signal)
    const startedAt = request.now()
    // Solvers work on each element alone: what they make of a known frame is overwritten here and touches nothing else.
    if (known !== null) presentKnown(latents, known, shape, known.presentation, (clip) => schedule.addNoise(clip, noise, index))
    const timestep = schedule.timesteps[index] as number
    const frameTimesteps = timestepsOfFrames(shape, timestep, known)
    const shown = latents
    const velocity = await guidedVelocity(async (branch) => {
      // Guided steps are two runs: a cancel need not wait for the second.
      if (branch === 'unconditional') await yieldToEvents(signal)
      return request.velocity({ latents: shown, frameTimesteps, timestep, branch })
    }, scaleAt(request.guidance, timestep))
    latents = schedule.step(index, velocity, shown)
    const estimate = () => {
      const x0 = schedule.estimate(index, velocity, shown)
      if (known !== null) restoreKnown(x0, known, shape)
      return x0
    }
    const next = latents
    const state = (): SampleState => ({ index: index + 1, latents: next, solver: schedule.save() })
    await request.onStep({ index, steps, milliseconds: request.now() - startedAt, estimate, state })
  }
  await yieldToEvents(signal)
  if (known !== null) restoreKnown(latents, known, shape)
  return latents
}

/** Model runs block the thread: pings and cancellations of this process are heard here or not at all. */
async function yieldToEvents(signal: AbortSignal): Promise<void> {
  await nextTurn()
  if (signal.aborted) throw new CancelledError()
}

function timestepsOfFrames(shape: LatentShape, timestep: number, known: SampleRequest['known']): number[] {
  return Array.from({ length: shape[2] }, (_, frame) => (known?.presentation === 'clean' && known.mask[frame] === true ? 0 : timestep))
}
