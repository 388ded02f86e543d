/** The solver of a generation, as its pack's schedule names it. */
import { createSolver } from '../sampling/create-solver.ts'
import type { Solver } from '../sampling/solver.ts'
import type { GenerationJob } from './generation-job.ts'
import type { GenerationPlan } from './generation-plan.ts'

export function scheduleOf({ pack: { manifest: { schedule } } }: GenerationJob, plan: GenerationPlan): Solver {
  return createSolver(schedule.solver, { steps: plan.steps, shift: schedule.shift, timesteps: schedule.timesteps })
}
