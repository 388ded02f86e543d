/** A new frame rate keeps what is seen and heard at its time. */
import { describe, expect, it } from 'vitest'
import { aProject, mediaOf } from '#tests/core-properties/project.ts'
import { layoutSequence } from './layout.ts'

describe('project.edit of the frame rate', () => {
  it('keeps lengths and places in seconds, locked shots included, and one undo restores each frame', () => {
    const project = aProject().withShots(2)
    const { sequenceId } = project
    const media = mediaOf('audio', project.context)
    project.run('media.add', { media })
    project.run('transition.set', { sequenceId, afterShotId: project.shot(0).id, kind: 'fade', durationFrames: 12 })
    project.run('caption.add', { sequenceId, anchor: { shotId: project.shot(1).id, offsetFrames: 24 }, durationFrames: 24, text: 'hi' })
    project.run('title.add', { sequenceId, anchor: { shotId: null, offsetFrames: 1 }, durationFrames: 1, text: 'blink', fadeFrames: 0 })
    project.run('audio.add', { sequenceId, anchor: { shotId: null, offsetFrames: 0 }, mediaId: media.id, durationFrames: 48, fadeInFrames: 12, role: 'music' })
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    const before = project.document
    project.run('project.edit', { frameRate: { num: 8, den: 1 } })
    expect(layoutSequence(project.document, sequenceId)).toMatchObject({
      totalFrames: 28, shots: [{ durationFrames: 16 }, { durationFrames: 16 }], transitions: [{ durationFrames: 4 }],
      captions: [{ startFrame: 20, endFrame: 28 }], titles: [{ startFrame: 0, endFrame: 1 }], audio: [{ endFrame: 16 }],
    })
    expect(Object.values(project.document.audioClips)).toMatchObject([{ fadeInFrames: 4 }])
    project.undo()
    expect(project.document).toEqual(before)
  })

  it('changes no record where the new rate is the old one under another name', () => {
    const project = aProject().withShots(1)
    const edit = project.run('project.edit', { frameRate: { num: 48, den: 2 } })
    expect(edit.diff.collections).toEqual({})
  })
})
