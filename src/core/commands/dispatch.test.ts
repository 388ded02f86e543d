/** Dispatch changes documents in one way only: whole, checked and told as a diff, or not at all. */
import { describe, expect, it } from 'vitest'
import { aProject } from '#tests/core-properties/project.ts'
import { isRejection } from './command.ts'
import { dispatch, dispatchAll } from './dispatch.ts'
import { command } from './registry.ts'

describe('dispatch', () => {
  it('refuses unknown commands and names of the prototype chain', () => {
    const project = aProject()
    for (const type of ['shot.explode', 'toString', '__proto__', 'constructor']) {
      expect(dispatch(project.document, { type, payload: {} }, project.context)).toMatchObject({ rejected: 'unknown-command' })
    }
  })

  it('refuses payloads that hold more than the command knows', () => {
    const project = aProject().withShots(1)
    const payload = { shotIds: [project.shot(0).id], isLocked: true, force: true }
    expect(dispatch(project.document, { type: 'shot.setLocked', payload }, project.context))
      .toMatchObject({ rejected: 'invalid-payload', message: 'shot.setLocked: the payload has unknown fields: force.' })
  })

  it('tells a changed record only, and shares all others with the document before', () => {
    const project = aProject().withShots(3)
    const before = project.document
    const edit = project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { prompt: 'changed' } })
    expect(Object.keys(edit.diff.collections)).toEqual(['shots'])
    expect(Object.keys(edit.diff.collections.shots?.updated ?? {})).toEqual([project.shot(1).id])
    expect(project.shot(0)).toBe(before.shots[project.shot(0).id])
    expect(project.document.sequences).toBe(before.sequences)
  })

  it('marks takes and media as the engine’s, everything else as the user’s', () => {
    const project = aProject().withShots(1)
    expect(project.run('shot.duplicate', { shotId: project.shot(0).id }).source).toBe('user')
    project.generate(0)
    expect(project.history.undoLabel).toBe('Duplicate shot')
  })

  it('one prompt in ten thousand shots costs milliseconds, not seconds', () => {
    const project = aProject()
    const script = Array.from({ length: 10_000 }, (_, index) => `A red house, number ${index}.`).join('\n\n')
    project.run('sequence.importScript', { sequenceId: project.sequenceId, text: script, index: null })
    expect(project.shotIds.length).toBe(10_000)
    const times = Array.from({ length: 15 }, (_, index) => {
      const start = performance.now()
      project.run('shot.edit', { shotIds: [project.shot(index * 600).id], changes: { prompt: `edited ${index}` } })
      return performance.now() - start
    })
    expect(times.toSorted((left, right) => left - right)[7]).toBeLessThan(50)
  })
})

describe('dispatchAll', () => {
  it('is one edit of all commands, or of none where one is refused', () => {
    const project = aProject().withShots(1)
    const rename = (name: string) => command('shot.edit', { shotIds: [project.shot(0).id], changes: { name } })
    const both = dispatchAll(project.document, [rename('a'), command('shot.duplicate', { shotId: project.shot(0).id })], project.context, 'Rename and copy')
    if (isRejection(both)) throw new Error(both.message)
    expect(both.label).toBe('Rename and copy')
    expect(Object.keys(both.diff.collections).sort()).toEqual(['sequences', 'shots'])
    const none = dispatchAll(project.document, [rename('a'), rename('x'.repeat(300))], project.context)
    expect(none).toMatchObject({ rejected: 'invalid-payload' })
  })
})
