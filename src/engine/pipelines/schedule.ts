/** The solver of a generation, as its pack's schedule names it. */
import { createSolver } from '../sampling/create-solver.ts'
import { elementCount } from '../sampling/latents.ts'
import type { LatentShape } from '../sampling/latents.ts'
import { gaussianNoise } from '../sampling/noise.ts'
import type { Solver } from '../sampling/solver.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'

export function scheduleOf({ request, pack: { manifest: { schedule, latent } } }: GenerationJob, plan: GenerationPlan): Solver {
  return createSolver(schedule.solver, {
    steps: plan.steps, shift: schedule.shift, timesteps: schedule.timesteps, spacing: schedule.spacing,
    dynamicShift: schedule.dynamicShift === undefined ? undefined : { ...schedule.dynamicShift, tokens: tokenCount(plan.shape, latent.patch) },
    // Stream 0 is the noise that the clip starts from; no step may draw that again.
    noiseFor: (step) => gaussianNoise(elementCount(plan.shape), { seed: request.seed, stream: step + 1 }),
  })
}

function tokenCount([, , frames, height, width]: LatentShape, [byTime, byHeight, byWidth]: readonly [number, number, number]): number {
  return Math.ceil(frames / byTime) * (height / byHeight) * (width / byWidth)
}
