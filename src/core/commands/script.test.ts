/** A script becomes shots at the place it is imported to, in one undo step. */
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../document/schema.ts'
import { aProject } from '#tests/core-properties/project.ts'

describe('sequence.importScript', () => {
  it('inserts its shots at the given place and leaves it in one undo step', () => {
    const project = aProject().withShots(2)
    const before = project.document
    const [first, second] = project.shotIds
    project.run('sequence.importScript', { sequenceId: project.sequenceId, text: 'CLOSE ON a red house. Pan left.\n\nA blue boat at sea.\n', index: 1 })
    expect(project.shotIds.length).toBe(4)
    expect([project.shotIds[0], project.shotIds[3]]).toEqual([first, second])
    expect(project.shot(1)).toMatchObject({ shotSize: 'CU', camera: { kind: 'preset', preset: 'pan' } })
    expect(project.shot(1).prompt).toContain('red house')
    project.undo()
    expect(project.document).toEqual(before)
  })

  it('refuses a text without shots, a place behind the end, and more shots than a sequence holds', () => {
    const project = aProject()
    const { sequenceId } = project
    expect(project.refusal('sequence.importScript', { sequenceId, text: ' \n ', index: null }).rejected).toBe('not-possible')
    expect(project.refusal('sequence.importScript', { sequenceId, text: 'A house.', index: 1 }).rejected).toBe('out-of-range')
    const tooMany = 'A house by the sea.\n\n'.repeat(LIMITS.shots + 1)
    expect(project.refusal('sequence.importScript', { sequenceId, text: tooMany, index: null }))
      .toMatchObject({ rejected: 'out-of-range', message: 'The script makes 10001 shots; the sequence has room for 10000.' })
  })
})
