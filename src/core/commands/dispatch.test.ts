/** Dispatch changes documents in one way only: whole, checked and told as a diff, or not at all. */
import { describe, expect, it } from 'vitest'
import { aProject, found, type TestProject } from '#tests/core-properties/project.ts'
import type { ProjectDocument } from '../document/schema.ts'
import { isRejection, type CommandEnvelope } from './command.ts'
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

  it.each<[string, (project: TestProject) => CommandEnvelope]>([
    ['shot.edit', (project) => command('shot.edit', { shotIds: [project.shot(7).id], changes: { prompt: 'edited' } })],
    ['shot.edit of continuity', (project) => command('shot.edit', { shotIds: [project.shot(9).id], changes: { continuesFrom: project.shot(8).id } })],
    ['shot.trim', (project) => command('shot.trim', { shotId: project.shot(7).id, trimStartFrames: 0, durationFrames: 30 })],
    ['shot.move', (project) => command('shot.move', { shotIds: [project.shot(7).id], toIndex: 90 })],
    ['shot.split', (project) => command('shot.split', { shotId: project.shot(7).id, atFrame: 10 })],
    ['shot.delete', (project) => command('shot.delete', { shotIds: [project.shot(7).id, project.shot(8).id] })],
  ])('%s looks at each shot a few times at most, however many there are', (_, envelopeOf) => {
    const [small, large] = [100, 1_600].map((count) => {
      const project = projectOf(count)
      const envelope = envelopeOf(project)
      const reads = { count: 0 }
      expect(isRejection(dispatch(countingReads(project.document, reads), envelope, project.context))).toBe(false)
      return reads.count / count
    })
    expect(large).toBeLessThan(40)
    // Equal in proportion; what is quadratic would be sixteen times as much.
    expect(found(large) / found(small)).toBeLessThan(1.5)
  })
})

function projectOf(count: number): TestProject {
  const project = aProject()
  const text = Array.from({ length: count }, (_, index) => `A red house, number ${index}.`).join('\n\n')
  project.run('sequence.importScript', { sequenceId: project.sequenceId, text, index: null })
  return project
}

/** The document, telling how often its shots and their order are read. */
function countingReads(document: ProjectDocument, reads: { count: number }): ProjectDocument {
  const counted = <T extends object>(target: T): T => new Proxy(target, {
    get(object, key, receiver) {
      reads.count += 1
      return Reflect.get(object, key, receiver)
    },
  })
  const sequences = Object.fromEntries(Object.entries(document.sequences).map(([id, sequence]) => [id, { ...sequence, shotIds: counted(sequence.shotIds) }]))
  return { ...document, shots: counted(document.shots), sequences }
}

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
