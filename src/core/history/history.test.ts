/** Undo takes back what people did, step by step, and never what the engine made. */
import { describe, expect, it } from 'vitest'
import { aProject, found, type TestProject } from '#tests/core-properties/project.ts'
import { canonicalJson } from '../document/canonical-json.ts'
import { diffDocuments } from './diff.ts'
import { History } from './history.ts'

function editPrompt(project: TestProject, prompt: string, coalesceKey: string | null = null): void {
  project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt } }, coalesceKey)
}

describe('undo and redo', () => {
  it('lead back and forth through the same documents, with the labels of the edits', () => {
    const project = aProject().withShots(1)
    const documents = [project.document]
    for (const prompt of ['a', 'b', 'c']) {
      editPrompt(project, prompt)
      documents.push(project.document)
    }
    expect(project.history.undoLabel).toBe('Edit prompt')
    for (const index of [2, 1, 0]) {
      project.undo()
      expect(project.document).toEqual(documents[index])
    }
    expect([project.history.undoLabel, project.history.redoLabel]).toEqual(['Add shot', 'Edit prompt'])
    for (const index of [1, 2, 3]) {
      project.redo()
      expect(project.document).toEqual(documents[index])
    }
    expect(project.redo()).toBe(false)
  })

  it('a new edit clears what could be redone', () => {
    const project = aProject().withShots(1)
    editPrompt(project, 'a')
    project.undo()
    expect(project.history.canRedo).toBe(true)
    editPrompt(project, 'b')
    expect(project.history.canRedo).toBe(false)
  })

  it('keeps a take that finished meanwhile, and what the engine set on a record that the edit changed too', () => {
    const project = aProject().withShots(1)
    editPrompt(project, 'edited')
    const take = project.generate(0)
    project.undo()
    expect(project.shot(0)).toMatchObject({ prompt: 'a red house, number 1', selectedTakeId: take.id })
    project.redo()
    expect(project.shot(0)).toMatchObject({ prompt: 'edited', selectedTakeId: take.id })
  })

  it('keeps the take of a shot whose addition is undone, and shows it again after redo', () => {
    const project = aProject().withShots(1)
    const take = project.generate(0)
    project.undo()
    expect(project.document.shots).toEqual({})
    expect(Object.keys(project.document.takes)).toEqual([take.id])
    project.redo()
    expect(project.shot(0).selectedTakeId).toBe(take.id)
  })

  it('a take chosen by hand is unchosen, even where the engine chose another since; both stay', () => {
    const project = aProject().withShots(1)
    const [first, second] = [project.generate(0, {}, false), project.generate(0, {}, false)]
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: first.id })
    const third = project.generate(0)
    project.undo()
    expect(project.shot(0).selectedTakeId).toBeNull()
    expect(Object.keys(project.document.takes)).toEqual([first.id, second.id, third.id])
  })

  it('never removes a take or a media file, not even by a diff that says it was the user’s', () => {
    const project = aProject().withShots(1)
    const before = project.document
    const take = project.generate(0)
    project.forgetHistory()
    project.history.record(diffDocuments(before, project.document), 'Add take')
    project.undo()
    expect([project.shot(0).selectedTakeId, Object.keys(project.document.takes)]).toEqual([null, [take.id]])
    project.redo()
    expect(project.shot(0).selectedTakeId).toBe(take.id)
  })

  it('skips a step that no longer changes anything', () => {
    const project = aProject().withShots(1)
    const take = project.generate(0)
    project.run('take.annotate', { takeId: take.id, note: 'good' })
    project.document = { ...project.document, takes: { [take.id]: take } }
    expect(project.history.undo(project.document)?.label).toBe('Add shot')
  })

  it('forgets the oldest of more than the limit', () => {
    const history = new History(undefined, 3)
    const project = aProject().withShots(1)
    project.history = history
    for (const prompt of ['a', 'b', 'c', 'd', 'e']) editPrompt(project, prompt)
    while (project.undo()) { /* As far as it goes. */ }
    expect(project.shot(0).prompt).toBe('b')
  })

  it('is stored as plain JSON and goes on from there', () => {
    const project = aProject().withShots(1)
    const start = canonicalJson(project.document)
    project.forgetHistory()
    editPrompt(project, 'a')
    project.generate(0, {}, false)
    editPrompt(project, 'b')
    project.undo()
    project.history = new History(JSON.parse(JSON.stringify(project.history.state())))
    project.redo()
    expect(project.shot(0).prompt).toBe('b')
    while (project.undo()) { /* All of it. */ }
    expect(canonicalJson({ ...project.document, takes: {} })).toBe(start)
  })
})

describe('coalescing', () => {
  it('makes typing in one field one step, until another field, another edit or a seal', () => {
    const project = aProject().withShots(1)
    project.forgetHistory()
    for (const prompt of ['h', 'he', 'hey']) editPrompt(project, prompt, 'prompt:1')
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { seed: 5 } }, 'seed:1')
    editPrompt(project, 'heya', 'prompt:1')
    project.history.seal()
    editPrompt(project, 'heyas', 'prompt:1')
    const prompts: string[] = []
    while (project.undo()) prompts.push(`${project.shot(0).prompt}|${project.shot(0).seed === 5}`)
    expect(prompts).toEqual(['heya|true', 'hey|true', 'hey|false', 'a red house, number 1|false'])
  })

  it('leaves out what the engine did between two edits of one step', () => {
    const project = aProject().withShots(1)
    project.forgetHistory()
    editPrompt(project, 'a', 'typing')
    const take = project.generate(0)
    editPrompt(project, 'b', 'typing')
    project.undo()
    expect(project.history.canUndo).toBe(false)
    expect(project.shot(0)).toMatchObject({ prompt: 'a red house, number 1', selectedTakeId: take.id })
  })

  it('does not join an edit to the step that was just undone', () => {
    const project = aProject().withShots(1)
    project.forgetHistory()
    editPrompt(project, 'a', 'typing')
    editPrompt(project, 'b', 'other')
    project.undo()
    editPrompt(project, 'c', 'typing')
    project.undo()
    expect(project.shot(0).prompt).toBe('a')
  })
})

describe('drags', () => {
  function drag(project: TestProject, lengths: readonly number[]): void {
    project.history.mark()
    for (const durationFrames of lengths) project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames })
  }

  it('are one step when they are committed', () => {
    const project = aProject().withShots(1)
    project.forgetHistory()
    drag(project, [40, 30, 20])
    project.history.commit('Trim by hand')
    expect(project.history.undoLabel).toBe('Trim by hand')
    project.undo()
    expect([project.shot(0).durationFrames, project.history.canUndo]).toEqual([48, false])
    project.redo()
    expect(project.shot(0).durationFrames).toBe(20)
  })

  it('leave no step where they end as they began', () => {
    const project = aProject().withShots(1)
    project.forgetHistory()
    drag(project, [40, 48])
    project.history.commit()
    expect(project.history.canUndo).toBe(false)
  })

  it('that are broken off restore the document of their start, with what the engine added since', () => {
    const project = aProject().withShots(2)
    project.forgetHistory()
    project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: project.shot(0).id, kind: 'fade', durationFrames: 30 })
    const before = project.document
    drag(project, [40, 5])
    const take = project.generate(1, {}, false)
    const step = found(project.history.bail(project.document))
    expect(step.document).toEqual({ ...before, takes: { [take.id]: take } })
    expect([project.history.undoLabel, project.history.bail(step.document)]).toEqual(['Set fade', null])
  })
})
