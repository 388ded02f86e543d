/** The tree of takes: numbers stay with their takes, families stand together, every operation is said in words. */
import { describe, expect, it } from 'vitest'
import type { Take } from '#core/document/schema.ts'
import { aProject, found, type TestProject } from '#tests/core-properties/project.ts'
import { recipeRows, takeTree } from './take-words.ts'

function aFamily(): { readonly project: TestProject; readonly takes: readonly Take[] } {
  const project = aProject().withShots(1)
  const at = (minute: number) => ({ createdAt: `2026-11-22T12:0${minute}:00Z` })
  const first = project.generate(0, at(1))
  const second = project.generate(0, at(2))
  const retake = project.generate(0, { ...at(3), operation: 'retake', parentTakeId: first.id, range: { startFrame: 8, endFrame: 16 } })
  const longer = project.generate(0, { ...at(4), operation: 'extend', parentTakeId: retake.id, frameCount: 25, range: { startFrame: 17, endFrame: 25 } })
  return { project, takes: [first, second, retake, longer] }
}

describe('the tree of takes', () => {
  it('stands what was made from a take below it, and keeps the numbers of their making', () => {
    const { project } = aFamily()
    expect(takeTree(project.document, project.shot(0).id).map(({ number, depth, made }) => [number, depth, made])).toEqual([
      [1, 0, 'Generated'], [3, 1, 'Retake 1–2 s of take 1'], [4, 2, '1 s more after take 3'], [2, 0, 'Generated'],
    ])
  })

  it('shows a take whose parent belongs to another shot on its own', () => {
    const { project } = aFamily()
    const stray = project.generate(0, { createdAt: '2026-11-22T12:09:00Z', operation: 'retake', parentTakeId: null, range: { startFrame: 0, endFrame: 4 } })
    const node = found(takeTree(project.document, project.shot(0).id).find(({ take }) => take.id === stray.id))
    expect([node.depth, node.made]).toEqual([0, 'Retake 0–0.5 s'])
  })
})

describe('a recipe in rows', () => {
  it('holds all that makes a take again, with both seeds of a part', () => {
    const { takes: [first] } = aFamily()
    const take = found(first)
    const recipe = found(take.recipe)
    const rows = new Map(recipeRows({ ...take, recipe: { ...recipe, part: { prompt: 'a green boat', unknownWords: ['neon'], seed: 9 } } }, 'Generated'))
    expect(rows.get('Seed')).toBe(`9 (${recipe.seed})`)
    expect(rows.get('Prompt of the new part')).toBe('a green boat')
    expect(rows.get('Ignored words')).toContain('neon')
    expect(rows.get('Model')).toBe('previz 1.0.0')
  })

  it('of an imported take says only how it looks', () => {
    const { takes: [first] } = aFamily()
    expect(recipeRows({ ...found(first), recipe: null }, 'Imported').map(([name]) => name)).toEqual(['How', 'Made', 'Picture', 'Length'])
  })
})
