import { describe, expect, it } from 'vitest'
import { aProject, mediaOf, type TestProject } from '#tests/core-properties/project.ts'
import { audioPlan } from './audio.ts'

function withClip(changes: Record<string, unknown> = {}): TestProject {
  const project = aProject().withShots(2)
  const media = mediaOf('audio', project.context)
  project.run('media.add', { media })
  project.run('audio.add', {
    sequenceId: project.sequenceId, mediaId: media.id, anchor: { shotId: null, offsetFrames: 12 }, trimStartFrames: 24, durationFrames: 48,
    gainDb: -6, fadeInFrames: 12, fadeOutFrames: 24, role: 'music', isMuted: false, ...changes,
  })
  return project
}

function planOf(project: TestProject) {
  return audioPlan(project.document, project.sequenceId)
}

describe('audioPlan', () => {
  it('gives clips in seconds', () => {
    const plan = planOf(withClip())
    expect(plan).toMatchObject({ sampleRate: 48_000, totalSeconds: 4 })
    expect(plan.segments).toEqual([expect.objectContaining({ startSeconds: 0.5, durationSeconds: 2, trimStartSeconds: 1, gainDb: -6, fadeInSeconds: 0.5, fadeOutSeconds: 1, role: 'music' })])
  })

  it('leaves out muted clips', () => {
    expect(planOf(withClip({ isMuted: true })).segments).toEqual([])
  })

  it('ends sound with the pictures, the fade-out at the cut', () => {
    expect(planOf(withClip({ durationFrames: 240 })).segments).toEqual([expect.objectContaining({ durationSeconds: 3.5, fadeOutSeconds: 1 })])
    expect(planOf(withClip({ anchor: { shotId: null, offsetFrames: 96 } })).segments).toEqual([])
  })

  it('shortens fades that would overlap, in proportion', () => {
    const [segment] = planOf(withClip({ durationFrames: 12 })).segments
    expect(segment!.fadeInSeconds + segment!.fadeOutSeconds).toBeCloseTo(0.5, 12)
    expect(segment!.fadeOutSeconds).toBeCloseTo(2 * segment!.fadeInSeconds, 12)
  })

  it('moves with the shot it hangs on', () => {
    const project = withClip()
    project.run('audio.edit', { audioClipId: Object.values(project.document.audioClips)[0]!.id, changes: { anchor: { shotId: project.shot(1).id, offsetFrames: 0 } } })
    expect(planOf(project).segments[0]!.startSeconds).toBe(2)
  })
})
