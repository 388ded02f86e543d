/** The plan names what would run, why, in what order, and what is left out. */
import { describe, expect, it } from 'vitest'
import { aProject, ONE_CLIP, PREVIZ, WAN, type TestProject } from '#tests/core-properties/project.ts'
import { planBuild, type PlanOptions } from './plan.ts'
import type { PackFacts } from './pack-facts.ts'

function planOf(project: TestProject, packs: readonly PackFacts[] = [PREVIZ, WAN], options: PlanOptions = {}) {
  const plan = planBuild(project.document, project.sequenceId, packs, options)
  const indexOf = (shotId: string) => project.shotIds.findIndex((id) => id === shotId)
  return {
    steps: plan.steps.map(({ shotId, waitsFor, reasons }) => [indexOf(shotId), waitsFor.map(indexOf), reasons.map((reason) => reason.kind)]),
    skipped: plan.skipped.map(({ shotId, reason }) => [indexOf(shotId), reason]),
    seconds: plan.estimatedSeconds,
  }
}

function continueFrom(project: TestProject, index: number, upstream: number): void {
  project.run('shot.edit', { shotIds: [project.shot(index).id], changes: { continuesFrom: project.shot(upstream).id } })
}

describe('planBuild', () => {
  it('plans empty and stale shots in order, skips the others, and sums their time', () => {
    const project = aProject().withShots(4)
    project.generate(0)
    project.generate(1)
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { prompt: 'a blue boat', overrides: { steps: 10, guidanceScale: null } } })
    project.run('shot.setLocked', { shotIds: [project.shot(3).id], isLocked: true })
    expect(planOf(project)).toEqual({
      steps: [[1, [], ['prompt-changed', 'sampling-changed']], [2, [], ['no-take']]], skipped: [[0, 'up-to-date'], [3, 'locked']], seconds: 10 * 0.5 + 20 * 0.5,
    })
  })

  it('puts what a shot continues from before it, even against the order of the sequence', () => {
    const project = aProject().withShots(4)
    continueFrom(project, 0, 2)
    continueFrom(project, 2, 3)
    expect(planOf(project).steps).toEqual([[3, [], ['no-take']], [2, [3], ['no-take']], [0, [2], ['no-take']], [1, [], ['no-take']]])
  })

  it('plans the shots that follow a stale one, for its take will be another', () => {
    const project = aProject().withShots(2)
    continueFrom(project, 1, 0)
    project.generate(0)
    project.generate(1)
    expect(planOf(project).steps).toEqual([])
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { seed: 1 } })
    expect(planOf(project).steps).toEqual([[0, [], ['seed-changed']], [1, [0], ['upstream-changed']]])
  })

  it('leaves out, with reason and remedy, what cannot run: pack missing, too long, nothing to continue from', () => {
    const project = aProject().withShots(4)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { packId: 'missing' } })
    project.run('shot.trim', { shotId: project.shot(1).id, trimStartFrames: 0, durationFrames: 1_000 })
    continueFrom(project, 2, 1)
    continueFrom(project, 3, 2)
    expect(planOf(project, [ONE_CLIP])).toEqual({ steps: [], skipped: [[0, 'pack-missing'], [1, 'too-long'], [2, 'upstream-missing'], [3, 'upstream-missing']], seconds: 0 })
    const { skipped } = planBuild(project.document, project.sequenceId, [ONE_CLIP])
    expect(skipped[1]).toMatchObject({
      message: 'Shot 2 lasts 41.67 s; one clip of the pack Previz lasts at most 6.13 s.', remedy: 'Shorten it to 147 frames, split it, or choose another pack.',
    })
    expect(skipped.every((skip) => skip.message !== '' && skip.remedy !== '')).toBe(true)
  })

  it('does not make a shot anew, build after build, because the one before cannot be made', () => {
    const project = aProject().withShots(2)
    continueFrom(project, 1, 0)
    project.generate(0)
    project.generate(1)
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames: 1_000 })
    expect(planOf(project, [ONE_CLIP])).toMatchObject({ steps: [], skipped: [[0, 'too-long'], [1, 'up-to-date']] })
  })

  it('chains clips for a shot that one cannot fill, and counts their steps', () => {
    const project = aProject().withShots(1, 1_000)
    const { steps } = planBuild(project.document, project.sequenceId, [PREVIZ])
    // 41.67 s are 337 frames of 8 a second: 13 latent frames of the first clip, then 9 new ones of each behind 3 that it is given and 1 that it makes again.
    expect(steps).toMatchObject([{ frameCount: 337, clipCount: 9, estimatedSeconds: 9 * 20 * 0.5 }])
  })

  it('makes shots that are asked for by name even where they are up to date, but never locked ones', () => {
    const project = aProject().withShots(3)
    for (const index of [0, 1, 2]) project.generate(index)
    project.run('shot.setLocked', { shotIds: [project.shot(1).id], isLocked: true })
    expect(planOf(project, [PREVIZ], { shotIds: [project.shot(0).id, project.shot(1).id] })).toMatchObject({ steps: [[0, [], []]], skipped: [[1, 'locked']] })
  })

  it('gives no time before the pack was measured here', () => {
    const project = aProject().withShots(2)
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { packId: 'wan' } })
    expect(planOf(project).seconds).toBeNull()
    expect(planBuild(project.document, project.sequenceId, [PREVIZ, WAN]).steps.map((step) => [step.packId, step.frameCount, step.estimatedSeconds])).toEqual([['previz', 17, 10], ['wan', 33, null]])
  })

  it('is empty for an unknown sequence', () => {
    expect(planBuild(aProject().document, 'seq_unknown', [])).toEqual({ steps: [], skipped: [], estimatedSeconds: 0 })
  })
})
