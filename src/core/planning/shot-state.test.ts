/** A shot is stale when its take would come out differently today, and says why. */
import { describe, expect, it } from 'vitest'
import { aProject, found, mediaOf, ONE_CLIP, PREVIZ, takeOf, WAN, type TestProject } from '#tests/core-properties/project.ts'
import type { CommandPayload } from '../commands/registry.ts'
import type { PackFacts } from './pack-facts.ts'
import { shotState } from './shot-state.ts'

const PACKS = [PREVIZ, WAN]

function stateOf(project: TestProject, index: number, packs: readonly PackFacts[] = PACKS): readonly [string, ...string[]] {
  const { kind, reasons } = shotState(project.document, project.shot(index).id, packs)
  return [kind, ...reasons.map((reason) => reason.kind)]
}

function generated(): TestProject {
  const project = aProject().withShots(2)
  project.generate(0)
  project.generate(1)
  return project
}

describe('shotState', () => {
  it('is empty without a take, draft with one of a drafting pack, final with another', () => {
    const project = aProject().withShots(2)
    expect(stateOf(project, 0)).toEqual(['empty', 'no-take'])
    project.generate(0)
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { packId: 'wan' } })
    project.run('take.add', { take: takeOf(project.document, project.shot(1).id, WAN, project.context), select: true })
    expect([stateOf(project, 0), stateOf(project, 1)]).toEqual([['draft'], ['final']])
  })

  it.each<[string, CommandPayload<'shot.edit'>['changes'], string[]]>([
    ['another prompt', { prompt: 'a blue boat' }, ['prompt-changed']],
    ['another negative prompt', { negativePrompt: 'red' }, ['prompt-changed']],
    ['another lens', { lensMm: 85 }, ['camera-changed']],
    ['another seed', { seed: 1 }, ['seed-changed']],
    ['more steps', { overrides: { steps: 30, guidanceScale: null } }, ['sampling-changed']],
    ['another pack', { packId: 'wan' }, ['pack-changed']],
    ['another pack and seed', { packId: 'wan', seed: 1 }, ['pack-changed', 'seed-changed']],
    ['prompt, camera and seed at once', { prompt: 'b', lensMm: 85, seed: 1 }, ['prompt-changed', 'camera-changed', 'seed-changed']],
  ])('%s makes it stale and is named', (_, changes, reasons) => {
    const project = generated()
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes })
    expect(stateOf(project, 0)).toEqual(['stale', ...reasons])
    expect(stateOf(project, 1)).toEqual(['draft'])
    project.undo()
    expect(stateOf(project, 0)).toEqual(['draft'])
  })

  it('names a reference picture, the project’s style and frame, and a new version of the pack', () => {
    const project = generated()
    const media = mediaOf('image', project.context)
    project.run('media.add', { media })
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { references: { firstFrame: media.id, lastFrame: null } } })
    expect(stateOf(project, 0)).toEqual(['stale', 'reference-changed'])
    project.run('project.edit', { styleLine: 'film grain' })
    expect(stateOf(project, 1)).toEqual(['stale', 'prompt-changed'])
    project.undo()
    project.run('project.edit', { frameSize: { width: 1920, height: 1080 } })
    expect(stateOf(project, 1)).toEqual(['stale', 'size-changed'])
    project.undo()
    expect(stateOf(project, 1, [{ ...PREVIZ, packDigest: '33'.repeat(32) }])).toEqual(['stale', 'pack-changed'])
  })

  it('a shorter shot is not stale; one longer than its take is, until it is shorter again', () => {
    const project = generated()
    const { id } = project.shot(0)
    const trim = (trimStartFrames: number, durationFrames: number) => project.run('shot.trim', { shotId: id, trimStartFrames, durationFrames })
    trim(5, 20)
    expect(stateOf(project, 0)).toEqual(['draft'])
    trim(0, 51)
    expect(stateOf(project, 0)).toEqual(['draft'])
    trim(0, 52)
    expect(stateOf(project, 0)).toEqual(['stale', 'too-short'])
    trim(4, 48)
    expect(stateOf(project, 0)).toEqual(['stale', 'too-short'])
    trim(3, 48)
    expect(stateOf(project, 0)).toEqual(['draft'])
    trim(0, 200)
    expect(stateOf(project, 0)).toEqual(['stale', 'too-short'])
    expect(stateOf(project, 0, [ONE_CLIP])).toEqual(['stale', 'too-short', 'too-long'])
  })

  it('both parts of a split shot and a copy are as up to date as their origin', () => {
    const project = generated()
    project.run('shot.split', { shotId: project.shot(0).id, atFrame: 20 })
    project.run('shot.duplicate', { shotId: project.shot(1).id })
    expect([0, 1, 2, 3].map((index) => stateOf(project, index))).toEqual([['draft'], ['draft'], ['draft'], ['draft']])
  })

  it('an older take chosen by hand is stale with reasons where the inputs moved on since', () => {
    const project = aProject().withShots(1)
    const older = project.generate(0)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'a blue boat' } })
    project.generate(0)
    expect(stateOf(project, 0)).toEqual(['draft'])
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: older.id })
    expect(stateOf(project, 0)).toEqual(['stale', 'prompt-changed'])
  })

  it('a variation chosen by hand is up to date: the shot takes over its seed', () => {
    const project = aProject().withShots(1)
    const first = project.generate(0)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { seed: 99 } })
    const variation = takeOf(project.document, project.shot(0).id, PREVIZ, project.context)
    project.undo()
    project.run('take.add', { take: variation, select: false })
    expect(stateOf(project, 0)).toEqual(['draft'])
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: variation.id })
    expect([project.shot(0).seed, stateOf(project, 0)]).toEqual([99, ['draft']])
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: first.id })
    expect(stateOf(project, 0)).toEqual(['draft'])
  })

  it('a locked shot keeps its picture’s state and tells what a build would do to it', () => {
    const project = generated()
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    project.run('project.edit', { styleLine: 'film grain' })
    expect([stateOf(project, 0), stateOf(project, 1)]).toEqual([['draft', 'prompt-changed'], ['stale', 'prompt-changed']])
  })

  it('a shot whose pack is not installed keeps its picture’s state: it cannot be judged', () => {
    const project = generated()
    expect(stateOf(project, 0, [])).toEqual(['draft', 'pack-missing'])
    expect(stateOf(project, 0, [{ ...PREVIZ, state: 'corrupt' }])).toEqual(['draft', 'pack-missing'])
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { packId: 'other' } })
    expect(stateOf(project, 0)).toEqual(['stale', 'pack-changed', 'pack-missing'])
  })

  it('an imported take has no recipe and is only ever too short', () => {
    const project = aProject().withShots(1)
    project.generate(0, { recipe: null, operation: 'import' })
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'x', seed: 1 } })
    expect(stateOf(project, 0)).toEqual(['draft'])
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames: 100 })
    expect(stateOf(project, 0)).toEqual(['stale', 'too-short'])
  })

  it('follows the shot that it continues from, through chains, but not past a locked one', () => {
    const project = aProject().withShots(3)
    for (const index of [1, 2]) project.run('shot.edit', { shotIds: [project.shot(index).id], changes: { continuesFrom: project.shot(index - 1).id } })
    for (const index of [0, 1, 2]) project.generate(index)
    expect([0, 1, 2].map((index) => stateOf(project, index))).toEqual([['draft'], ['draft'], ['draft']])
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'a blue boat' } })
    expect([0, 1, 2].map((index) => stateOf(project, index))).toEqual([['stale', 'prompt-changed'], ['stale', 'upstream-changed'], ['stale', 'upstream-changed']])
    project.generate(0)
    expect([0, 1, 2].map((index) => stateOf(project, index))).toEqual([['draft'], ['stale', 'upstream-changed'], ['stale', 'upstream-changed']])
    project.run('shot.setLocked', { shotIds: [project.shot(1).id], isLocked: true })
    expect([1, 2].map((index) => stateOf(project, index))).toEqual([['draft', 'upstream-changed'], ['draft']])
  })

  it('an empty shot that is locked will not be made, so what continues from it has nothing to follow', () => {
    const project = aProject().withShots(2)
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { continuesFrom: project.shot(0).id } })
    project.generate(1)
    expect(stateOf(project, 1)).toEqual(['stale', 'upstream-changed'])
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    expect(stateOf(project, 1)).toEqual(['draft'])
  })

  it('does not wait for a stale shot that gives its pack pictures which that cannot take', () => {
    const project = aProject().withShots(2)
    const media = mediaOf('image', project.context)
    project.run('media.add', { media })
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { continuesFrom: project.shot(0).id } })
    project.generate(0)
    project.generate(1)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { packId: 'wan', references: { firstFrame: null, lastFrame: media.id } } })
    expect(stateOf(project, 1)).toEqual(['stale', 'upstream-changed'])
    expect(stateOf(project, 1, [PREVIZ, { ...WAN, abilities: { ...WAN.abilities, lastFrame: false } }])).toEqual(['draft'])
  })

  it('judges a chain of ten thousand continued shots without running out of stack', () => {
    const project = aProject()
    const script = Array.from({ length: 10_000 }, (_, index) => `A red house, number ${index}.`).join('\n\n')
    project.run('sequence.importScript', { sequenceId: project.sequenceId, text: script, index: null })
    const { shotIds, document } = project
    const shots = Object.fromEntries(shotIds.map((id, index) => [id, { ...found(document.shots[id]), continuesFrom: shotIds[index - 1] ?? null }]))
    expect(shotState({ ...document, shots }, found(shotIds.at(-1)), PACKS).kind).toBe('empty')
  })
})
