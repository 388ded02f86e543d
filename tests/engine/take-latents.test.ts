/** What each clip of a chain is given: the latents of the clip before, but for the one that both make. */
import { expect, it } from 'vitest'
import type { Clip } from '#core/planning/clips.ts'
import type { TakeJob } from '#engine/pipelines/generation-job.ts'
import type { GenerationPlan } from '#engine/pipelines/generation-plan.ts'
import { createTakeLatents } from '#engine/pipelines/take-latents.ts'
import type { TakePlan } from '#engine/pipelines/take-plan.ts'

it('a later clip is given what came before, makes the last of it again, and its version is kept', async () => {
  const plan = { shape: [1, 1, 6, 1, 1] } as unknown as GenerationPlan
  const take = { latentFrames: 9, temporalCompression: 4, all: { start: 0, end: 9 } } as TakePlan
  const first: Clip = { start: 0, end: 6, made: { start: 0, end: 6 } }
  const second: Clip = { start: 3, end: 9, made: { start: 5, end: 9 } }
  const latents = await createTakeLatents({ request: { known: null } } as TakeJob, plan, take)
  expect(await latents.knownFor(first, null)).toBeNull()
  latents.add(first, Float32Array.of(0, 1, 2, 3, 4, 5))
  // Without the picture that latent frame 3 would be given as: latent frame 4 alone.
  expect(await latents.knownFor(second, null)).toEqual({ latents: Float32Array.of(0, 4, 0, 0, 0, 0), mask: [false, true, false, false, false, false] })
  latents.add(second, Float32Array.of(30, 40, 50, 60, 70, 80))
  expect(latents.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 50, 60, 70, 80))
})
