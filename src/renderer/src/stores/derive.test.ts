/** What the interface derives from a document. */
import { describe, expect, it } from 'vitest'
import { aProject } from '#tests/core-properties/project.ts'
import { deriveFrom } from './derive.ts'

describe('the takes of a shot', () => {
  it('hold the one that a copy shows, until the copy has its own', () => {
    const project = aProject().withShots(1)
    const first = project.generate(0)
    const second = project.generate(0)
    project.run('shot.duplicate', { shotId: project.shot(0).id })
    const copyId = project.shot(1).id
    expect(deriveFrom(project.document).takesOf(copyId).map(({ id }) => id)).toEqual([first.id, second.id])
    const own = project.generate(1)
    expect(deriveFrom(project.document).takesOf(copyId).map(({ id }) => id)).toEqual([own.id])
  })

  it('are on both sides of a split', () => {
    const project = aProject().withShots(1)
    const take = project.generate(0)
    project.run('shot.split', { shotId: project.shot(0).id, atFrame: 10 })
    for (const index of [0, 1]) expect(deriveFrom(project.document).takesOf(project.shot(index).id).map(({ id }) => id)).toEqual([take.id])
  })
})
