/** A recipe brought back into its shot makes the shot ask for exactly what the take was made from. */
import { describe, expect, it } from 'vitest'
import { aProject, PREVIZ, takeOf, WAN, type TestProject } from '#tests/core-properties/project.ts'
import { changesFromRecipe } from './from-recipe.ts'
import { shotState } from './shot-state.ts'

const PACKS = [PREVIZ, WAN]

function withTake(packId: 'previz' | 'wan'): TestProject {
  const project = aProject().withShots(1)
  project.run('project.edit', { styleLine: 'soft light, film grain' })
  project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { packId, prompt: 'a red boat on the beach', shotSize: 'CU', angle: 'low', camera: { kind: 'preset', preset: 'pan', amount: 20, easing: 'linear' }, seed: 77 } })
  project.run('take.add', { take: takeOf(project.document, project.shot(0).id, packId === 'wan' ? WAN : PREVIZ, project.context), select: true })
  return project
}

function bringBack(project: TestProject): void {
  const take = Object.values(project.document.takes)[0]
  const changes = take && changesFromRecipe(project.document, take, PACKS)
  if (!changes) throw new Error('There is no recipe.')
  project.run('shot.edit', { shotIds: [project.shot(0).id], changes })
}

describe.each(['previz', 'wan'] as const)('the recipe of a take of %s', (packId) => {
  it('makes the take up to date again after every part of the shot was changed, and one undo takes it back', () => {
    const project = withTake(packId)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'a blue house in the snow', shotSize: 'ELS', seed: 3, lensMm: 85, camera: { kind: 'preset', preset: 'tilt', amount: -9, easing: 'linear' }, overrides: { steps: 5, guidanceScale: 2 } } })
    const before = project.shot(0)
    expect(shotState(project.document, before.id, PACKS).kind).toBe('stale')
    bringBack(project)
    expect(shotState(project.document, before.id, PACKS)).toMatchObject({ reasons: [] })
    expect(project.shot(0).seed).toBe(77)
    project.undo()
    expect(project.shot(0)).toEqual(before)
  })

  it('gives back the words as they were written, not as the model was told them', () => {
    const project = withTake(packId)
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'x', shotSize: null, angle: null } })
    bringBack(project)
    expect(project.shot(0)).toMatchObject({ prompt: 'a red boat on the beach', shotSize: 'CU', angle: 'low', seed: 77 })
  })
})

it('an imported take has no recipe to bring back', () => {
  const project = withTake('wan')
  const take = Object.values(project.document.takes)[0]
  expect(take && changesFromRecipe(project.document, { ...take, recipe: null }, PACKS)).toBeNull()
})
