/** Transitions are set, changed and removed only where there is a cut with room for them. */
import { describe, expect, it } from 'vitest'
import { aProject } from '#tests/core-properties/project.ts'

describe('transition.set', () => {
  it('makes one transition a cut: a second setting changes the first', () => {
    const project = aProject().withShots(2)
    const cut = { sequenceId: project.sequenceId, afterShotId: project.shot(0).id }
    project.run('transition.set', { ...cut, kind: 'dip', durationFrames: 8, colour: '#ffffff' })
    const [first] = Object.values(project.document.transitions)
    project.run('transition.set', { ...cut, kind: 'fade', durationFrames: 12 })
    expect(Object.values(project.document.transitions)).toEqual([{ ...first, kind: 'fade', durationFrames: 12 }])
    project.run('transition.set', { ...cut, kind: 'cut', durationFrames: 0 })
    expect(project.document.transitions).toEqual({})
  })

  it('refuses one behind the last shot, and one that leaves a shot no frame of its own, naming the most', () => {
    const project = aProject().withShots(3, 20)
    const { sequenceId } = project
    expect(project.refusal('transition.set', { sequenceId, afterShotId: project.shot(2).id, kind: 'fade', durationFrames: 5 }).message)
      .toBe('No shot follows Shot 3, so there is nothing to pass over to.')
    project.run('transition.set', { sequenceId, afterShotId: project.shot(0).id, kind: 'fade', durationFrames: 12 })
    expect(project.refusal('transition.set', { sequenceId, afterShotId: project.shot(1).id, kind: 'fade', durationFrames: 8 }))
      .toMatchObject({ rejected: 'out-of-range', remedy: 'Choose 1 to 7 frames.' })
    project.run('transition.set', { sequenceId, afterShotId: project.shot(1).id, kind: 'fade', durationFrames: 7 })
  })
})
