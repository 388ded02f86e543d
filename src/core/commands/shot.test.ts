/** Shots are added, ordered, copied, split and removed with what belongs to them. */
import { describe, expect, it } from 'vitest'
import { layoutSequence } from '../timeline/layout.ts'
import { aProject, found, mediaOf } from '#tests/core-properties/project.ts'

const unlocked = 'Unlock it first.'

describe('shot.add', () => {
  it('puts a shot of four seconds where it is told, with a seed of its own', () => {
    const project = aProject().withShots(2)
    const [first, second] = project.shotIds
    project.run('shot.add', { sequenceId: project.sequenceId, index: 1, prompt: 'between' })
    expect(project.shotIds).toEqual([first, project.shot(1).id, second])
    expect(project.shot(1)).toMatchObject({ prompt: 'between', durationFrames: 96 })
    expect(new Set([0, 1, 2].map((index) => project.shot(index).seed)).size).toBe(3)
  })

  it('ends the transition between the two shots that it parts', () => {
    const project = aProject().withShots(2)
    project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: project.shot(0).id, kind: 'wipe', durationFrames: 8 })
    project.run('shot.add', { sequenceId: project.sequenceId, index: 1 })
    expect(project.document.transitions).toEqual({})
  })

  it('refuses a place behind the end and a duration of zero, naming both', () => {
    const project = aProject().withShots(1)
    expect(project.refusal('shot.add', { sequenceId: project.sequenceId, index: 2 })).toMatchObject({ rejected: 'out-of-range', remedy: 'Choose at most 1.' })
    expect(project.refusal('shot.add', { sequenceId: project.sequenceId, durationFrames: 0 }))
      .toMatchObject({ rejected: 'invalid-payload', message: 'shot.add: durationFrames is 0; at least 1 is allowed.' })
  })
})

describe('shot.delete', () => {
  it('takes along what hung on the shot and keeps its takes; one undo brings all of it back', () => {
    const project = aProject().withShots(3)
    const { id } = project.shot(1)
    const take = project.generate(1)
    const anchor = { shotId: id, offsetFrames: 3 }
    const { sequenceId } = project
    const media = mediaOf('audio', project.context)
    project.run('media.add', { media })
    project.run('caption.add', { sequenceId, anchor, durationFrames: 10, text: 'hello' })
    project.run('title.add', { sequenceId, anchor, durationFrames: 10, text: 'title' })
    project.run('marker.add', { sequenceId, anchor, text: 'here' })
    project.run('audio.add', { sequenceId, anchor, mediaId: media.id, durationFrames: 10, role: 'voice' })
    project.run('transition.set', { sequenceId, afterShotId: id, kind: 'fade', durationFrames: 8 })
    project.run('shot.edit', { shotIds: [project.shot(2).id], changes: { continuesFrom: id } })
    const before = project.document
    project.run('shot.delete', { shotIds: [id] })
    const { captions, titles, markers, audioClips, transitions, takes } = project.document
    expect({ captions, titles, markers, audioClips, transitions }).toEqual({ captions: {}, titles: {}, markers: {}, audioClips: {}, transitions: {} })
    expect(project.shot(1).continuesFrom).toBeNull()
    expect(takes[take.id]).toEqual(take)
    project.undo()
    expect(project.document).toEqual(before)
  })

  it('refuses to delete any shot of a selection that holds a locked one, naming that one', () => {
    const project = aProject().withShots(3)
    project.run('shot.setLocked', { shotIds: [project.shot(1).id], isLocked: true })
    expect(project.refusal('shot.delete', { shotIds: [...project.shotIds] })).toEqual({ rejected: 'locked', message: 'Shot 2 is locked, so it cannot be deleted.', remedy: unlocked })
  })
})

describe('shot.move', () => {
  it('moves a selection as one block, in its own order, to the place of its first shot', () => {
    const project = aProject().withShots(5)
    const [a, b, c, d, e] = project.shotIds
    project.run('shot.move', { shotIds: [found(d), found(b)], toIndex: 0 })
    expect(project.shotIds).toEqual([b, d, a, c, e])
    project.run('shot.move', { shotIds: [found(b)], toIndex: 4 })
    expect(project.shotIds).toEqual([d, a, c, e, b])
  })

  it('keeps transitions between shots that stay neighbours and ends the others', () => {
    const project = aProject().withShots(4)
    const [a, b, c, d] = project.shotIds
    for (const afterShotId of [a, b, c]) project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: found(afterShotId), kind: 'dissolve', durationFrames: 6 })
    expect(project.shotIds).toEqual([a, b, c, d])
    project.run('shot.move', { shotIds: [found(c)], toIndex: 0 })
    expect(Object.values(project.document.transitions).map((transition) => transition.afterShotId)).toEqual([a])
  })

  it('moves locked shots: a lock guards the picture, not its place', () => {
    const project = aProject().withShots(2)
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    const [a, b] = project.shotIds
    project.run('shot.move', { shotIds: [found(a)], toIndex: 1 })
    expect(project.shotIds).toEqual([b, a])
  })
})

describe('shot.duplicate', () => {
  it('puts an unlocked copy with the same take behind the shot and leaves the transition before the next one', () => {
    const project = aProject().withShots(2)
    const take = project.generate(0)
    project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: project.shot(0).id, kind: 'dissolve', durationFrames: 6 })
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    project.run('shot.duplicate', { shotId: project.shot(0).id })
    expect(project.shot(1)).toEqual({ ...project.shot(0), id: project.shot(1).id, isLocked: false })
    expect(project.shot(1).selectedTakeId).toBe(take.id)
    expect(layoutSequence(project.document, project.sequenceId).transitions).toMatchObject([{ fromShotId: project.shot(1).id, toShotId: project.shot(2).id }])
  })
})

describe('shot.split', () => {
  it('changes no pixel: the second part goes on in the same take where the first one ends', () => {
    const project = aProject().withShots(3)
    const { sequenceId } = project
    const take = project.generate(1)
    project.run('shot.trim', { shotId: project.shot(1).id, trimStartFrames: 3, durationFrames: 48 })
    for (const index of [0, 1]) project.run('transition.set', { sequenceId, afterShotId: project.shot(index).id, kind: 'dissolve', durationFrames: 6 })
    const before = layoutSequence(project.document, sequenceId)
    project.run('shot.split', { shotId: project.shot(1).id, atFrame: 20 })
    const after = layoutSequence(project.document, sequenceId)
    expect(project.shot(1)).toMatchObject({ durationFrames: 20, trimStartFrames: 3, selectedTakeId: take.id })
    expect(project.shot(2)).toMatchObject({ durationFrames: 28, trimStartFrames: 23, selectedTakeId: take.id })
    expect(after.totalFrames).toBe(before.totalFrames)
    expect(after.shots[2]?.startFrame).toBe((before.shots[1]?.startFrame ?? 0) + 20)
    expect(after.transitions.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual(before.transitions.map(({ startFrame, endFrame }) => [startFrame, endFrame]))
  })

  it('hands what lies on the later part to the second shot, in its place on the timeline', () => {
    const project = aProject().withShots(1)
    const { sequenceId } = project
    for (const offsetFrames of [5, 30]) project.run('caption.add', { sequenceId, anchor: { shotId: project.shot(0).id, offsetFrames }, durationFrames: 10, text: `at ${offsetFrames}` })
    const before = layoutSequence(project.document, sequenceId).captions
    project.run('shot.split', { shotId: project.shot(0).id, atFrame: 24 })
    expect(layoutSequence(project.document, sequenceId).captions).toEqual(before)
    expect(Object.values(project.document.captions).map(({ anchor }) => anchor)).toEqual([{ shotId: project.shot(0).id, offsetFrames: 5 }, { shotId: project.shot(1).id, offsetFrames: 6 }])
  })

  it('lets shots that continued from the shot continue from its second part', () => {
    const project = aProject().withShots(2)
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { continuesFrom: project.shot(0).id } })
    project.run('shot.split', { shotId: project.shot(0).id, atFrame: 24 })
    expect(project.shot(2).continuesFrom).toBe(project.shot(1).id)
  })

  it('refuses to split outside the shot, inside a transition, or a locked shot', () => {
    const project = aProject().withShots(2)
    const { id } = project.shot(0)
    project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: id, kind: 'dissolve', durationFrames: 10 })
    expect(project.refusal('shot.split', { shotId: id, atFrame: 48 }).rejected).toBe('out-of-range')
    expect(project.refusal('shot.split', { shotId: id, atFrame: 38 })).toMatchObject({ rejected: 'not-possible', message: 'Frame 38 of Shot 1 lies inside a transition.' })
    expect(project.refusal('shot.split', { shotId: project.shot(1).id, atFrame: 10 }).rejected).toBe('not-possible')
    project.run('shot.split', { shotId: project.shot(1).id, atFrame: 11 })
    project.run('shot.split', { shotId: id, atFrame: 37 })
    project.run('shot.setLocked', { shotIds: [id], isLocked: true })
    expect(project.refusal('shot.split', { shotId: id, atFrame: 10 }).rejected).toBe('locked')
  })
})
