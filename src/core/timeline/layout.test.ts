/** Positions follow from order and length; what hangs on a shot travels with it. */
import { describe, expect, it } from 'vitest'
import { aProject, mediaOf, type TestProject } from '#tests/core-properties/project.ts'
import { layoutSequence } from './layout.ts'
import { maxTransitionFrames, shotAtFrame, shotsAtFrame, snapFrame, snapTargets, spansIn } from './lookup.ts'

/** Shots of 48 frames: 0-48, 38-86 (dissolve of 10), 86-134. */
function threeShots(): TestProject {
  const project = aProject().withShots(3)
  project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: project.shot(0).id, kind: 'dissolve', durationFrames: 10 })
  return project
}

function layoutOf(project: TestProject) {
  return layoutSequence(project.document, project.sequenceId)
}

describe('layoutSequence', () => {
  it('overlaps neighbours by their transition and counts that once', () => {
    const layout = layoutOf(threeShots())
    expect(layout.totalFrames).toBe(134)
    expect(layout.shots.map((shot) => [shot.index, shot.startFrame, shot.endFrame, shot.overlapBeforeFrames, shot.overlapAfterFrames])).toEqual([[0, 0, 48, 0, 10], [1, 38, 86, 10, 0], [2, 86, 134, 0, 0]])
    expect(layout.transitions).toMatchObject([{ kind: 'dissolve', startFrame: 38, endFrame: 48, durationFrames: 10 }])
  })

  it('places captions, titles, audio and markers by their shot, or by the sequence', () => {
    const project = threeShots()
    const { sequenceId } = project
    const media = mediaOf('audio', project.context)
    project.run('media.add', { media })
    const anchor = { shotId: project.shot(2).id, offsetFrames: 4 }
    project.run('caption.add', { sequenceId, anchor, durationFrames: 10, text: 'on the third shot' })
    project.run('title.add', { sequenceId, anchor: { shotId: null, offsetFrames: 4 }, durationFrames: 10, text: 'on the sequence' })
    project.run('audio.add', { sequenceId, anchor, mediaId: media.id, durationFrames: 500, role: 'music' })
    project.run('marker.add', { sequenceId, anchor, text: 'here' })
    expect(layoutOf(project)).toMatchObject({
      totalFrames: 134, captions: [{ startFrame: 90, endFrame: 100 }], titles: [{ startFrame: 4, endFrame: 14 }], audio: [{ startFrame: 90, endFrame: 590 }], markers: [{ startFrame: 90, endFrame: 91 }],
    })
    project.run('shot.move', { shotIds: [project.shot(2).id], toIndex: 0 })
    expect(layoutOf(project)).toMatchObject({ captions: [{ startFrame: 4 }], titles: [{ startFrame: 4 }], markers: [{ startFrame: 4 }] })
  })

  it('ripples: a trim moves everything behind it', () => {
    const project = threeShots()
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames: 30 })
    expect(layoutOf(project).shots.map((shot) => shot.startFrame)).toEqual([0, 20, 68])
  })

  it('lays a document out once', () => {
    const project = threeShots()
    expect(layoutOf(project)).toBe(layoutOf(project))
    expect(layoutSequence(project.document, 'seq_unknown')).toMatchObject({ totalFrames: 0, shots: [] })
  })
})

describe('lookups', () => {
  it('find the shots that a frame shows: two inside a transition, none outside', () => {
    const layout = layoutOf(threeShots())
    const shown = [-1, 0, 37, 38, 47, 48, 85, 86, 133, 134].map((frame) => [shotAtFrame(layout, frame)?.index ?? null, shotsAtFrame(layout, frame).map((shot) => shot.index)])
    expect(shown).toEqual([[null, []], [0, [0]], [0, [0]], [1, [0, 1]], [1, [0, 1]], [1, [1]], [1, [1]], [2, [2]], [2, [2]], [null, []]])
    expect(spansIn(layout.shots, 40, 86).map((shot) => shot.index)).toEqual([0, 1])
  })

  it('agree with a search through every frame', () => {
    const layout = layoutOf(threeShots().withShots(20, 7))
    for (let frame = 0; frame < layout.totalFrames; frame += 1) {
      expect(shotsAtFrame(layout, frame)).toEqual(layout.shots.filter((shot) => shot.startFrame <= frame && frame < shot.endFrame))
    }
  })

  it('snap to the nearest edge within reach, of two to the earlier', () => {
    const targets = snapTargets(layoutOf(threeShots()))
    expect(targets).toEqual([0, 38, 48, 86, 134])
    expect([45, 43, 42, 60, 88, 1000].map((frame) => snapFrame(frame, targets, 5))).toEqual([48, 38, 38, 60, 86, 1000])
    expect(snapFrame(43, [48, 38], 5)).toBe(38)
  })

  it('know the room that a cut has for a transition', () => {
    const project = threeShots()
    const { sequenceId } = project
    expect([0, 1, 2].map((index) => maxTransitionFrames(project.document, sequenceId, project.shot(index).id))).toEqual([47, 37, 0])
  })
})
