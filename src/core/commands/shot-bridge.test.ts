/** Bridges: a new shot between two neighbours that leaves both as they are, and is undone in one step. */
import { describe, expect, it } from 'vitest'
import { aProject, type TestProject } from '#tests/core-properties/project.ts'

function bridge(project: TestProject, from: number, to: number) {
  return { shotId: project.context.newId('shot'), fromShotId: project.shot(from).id, toShotId: project.shot(to).id, prompt: 'rain', durationFrames: 21, trimStartFrames: 3, seed: 9 }
}

describe('shot.bridge', () => {
  it('puts a shot between two with the pack of the first, and takes the place of their transition', () => {
    const project = aProject().withShots(3)
    const { sequenceId } = project
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { packId: 'wan', lensMm: 50 } })
    for (const index of [0, 1]) project.run('transition.set', { sequenceId, afterShotId: project.shot(index).id, kind: 'dissolve', durationFrames: 6 })
    const [first, second] = [project.shot(0), project.shot(1)]
    project.run('shot.bridge', bridge(project, 0, 1))
    expect(project.shotIds).toHaveLength(4)
    expect(project.shot(1)).toMatchObject({ prompt: 'rain', durationFrames: 21, trimStartFrames: 3, seed: 9, packId: 'wan', lensMm: 50, continuesFrom: null, selectedTakeId: null, isLocked: false })
    expect([project.shot(0), project.shot(2)]).toEqual([first, second])
    expect(Object.values(project.document.transitions).map(({ afterShotId }) => afterShotId)).toEqual([second.id])
    expect(project.undo()).toBe(true)
    expect(project.shotIds).toHaveLength(3)
    expect(Object.values(project.document.transitions)).toHaveLength(2)
  })

  it('is refused between shots that do not follow each other, and for a shot that is there already', () => {
    const project = aProject().withShots(3)
    for (const [from, to] of [[0, 2], [1, 0], [2, 2]] as const) expect(project.refusal('shot.bridge', bridge(project, from, to))).toMatchObject({ rejected: 'not-possible' })
    expect(project.refusal('shot.bridge', { ...bridge(project, 0, 1), shotId: project.shot(2).id })).toMatchObject({ rejected: 'duplicate' })
  })
})

describe('takes of an operation', () => {
  it('keep what the shot shows: a take that was extended at its start is trimmed by as much, and back again', () => {
    const project = aProject().withShots(1)
    const parent = project.generate(0, { frameCount: 25 })
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 6, durationFrames: 40 })
    const extended = project.generate(0, { frameCount: 33, operation: 'extend', parentTakeId: parent.id, range: { startFrame: 0, endFrame: 8 } })
    // 8 frames at 8 a second are 24 at 24.
    expect(project.shot(0)).toMatchObject({ selectedTakeId: extended.id, trimStartFrames: 30, durationFrames: 40 })
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: parent.id })
    expect(project.shot(0)).toMatchObject({ selectedTakeId: parent.id, trimStartFrames: 6 })
    const after = project.generate(0, { frameCount: 33, operation: 'extend', parentTakeId: parent.id, range: { startFrame: 25, endFrame: 33 } })
    expect(project.shot(0)).toMatchObject({ selectedTakeId: after.id, trimStartFrames: 6 })
  })

  it('lose a range that does not lie within them', () => {
    const project = aProject().withShots(1)
    const { id } = project.generate(0, { frameCount: 17, operation: 'retake', range: { startFrame: 9, endFrame: 18 } })
    expect(project.document.takes[id]?.range).toBeNull()
    const whole = project.generate(0, { frameCount: 17, operation: 'retake', range: { startFrame: 9, endFrame: 17 } })
    expect(project.document.takes[whole.id]?.range).toEqual({ startFrame: 9, endFrame: 17 })
  })
})
