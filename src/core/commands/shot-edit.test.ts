/** Edits change what they name, respect locks, and fit trims to takes. */
import { describe, expect, it } from 'vitest'
import { aProject, found, mediaOf } from '#tests/core-properties/project.ts'
import type { CameraPreset } from '../document/schema.ts'

describe('shot.edit', () => {
  it('changes the named fields of every shot given and nothing else', () => {
    const project = aProject().withShots(3)
    const before = [project.shot(0), project.shot(1), project.shot(2)]
    const edit = project.run('shot.edit', { shotIds: [found(before[0]).id, found(before[2]).id], changes: { lensMm: 85, shotSize: 'CU' } })
    expect([0, 1, 2].map((index) => project.shot(index))).toEqual([{ ...before[0], lensMm: 85, shotSize: 'CU' }, before[1], { ...before[2], lensMm: 85, shotSize: 'CU' }])
    expect(edit.label).toBe('Edit shot (2 shots)')
  })

  it('is no undo step where it changes nothing', () => {
    const project = aProject().withShots(1)
    const edit = project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: project.shot(0).prompt, camera: { ...project.shot(0).camera } } })
    expect(edit.diff).toEqual({ project: null, collections: {} })
  })

  it('refuses a prompt of 100,000 characters, naming field, size and limit', () => {
    const project = aProject().withShots(1)
    expect(project.refusal('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'x'.repeat(100_000) } })).toEqual({
      rejected: 'invalid-payload', message: 'shot.edit: changes.prompt has 100,000 characters; at most 10,000 are allowed.', remedy: 'Shorten it to at most 10,000 characters.',
    })
  })

  it('refuses continuity that would run in a circle, however long', () => {
    const project = aProject().withShots(3)
    const [a, b, c] = project.shotIds.map((id) => found(id))
    project.run('shot.edit', { shotIds: [found(b)], changes: { continuesFrom: found(a) } })
    project.run('shot.edit', { shotIds: [found(c)], changes: { continuesFrom: found(b) } })
    expect(project.refusal('shot.edit', { shotIds: [found(a)], changes: { continuesFrom: found(c) } })).toMatchObject({
      rejected: 'not-possible', message: 'Shot 1 cannot continue from Shot 3: that one continues from it.',
    })
  })

  it('refuses a camera that cannot exist with the lens and distance it would have, and changes nothing', () => {
    const project = aProject().withShots(1)
    const { id } = project.shot(0)
    const camera = (preset: CameraPreset, amount: number) => ({ shotIds: [id], changes: { camera: { kind: 'preset', preset, amount, easing: 'linear' } as const } })
    project.run('shot.edit', { shotIds: [id], changes: { subjectDistanceM: 4 } })
    project.run('shot.edit', camera('dolly-zoom', 3))
    const before = project.shot(0)
    expect(project.refusal('shot.edit', camera('zoom', -1)).message).toContain('zoom ratio of -1')
    expect(project.refusal('shot.edit', { shotIds: [id], changes: { subjectDistanceM: 2 } })).toMatchObject({ rejected: 'not-possible', message: 'A dolly zoom of 3 m reaches the subject, which is 2 m away.' })
    expect(project.shot(0)).toBe(before)
  })

  it('refuses a virtual camera that would leave too little of the picture', () => {
    const project = aProject().withShots(1)
    const { id } = project.shot(0)
    const changes = (amount: number) => ({ shotIds: [id], changes: { camera: { kind: 'preset', preset: 'pan', amount, easing: 'linear' } as const, framing: { keyframes: [], isCameraVirtual: true } } })
    expect(project.refusal('shot.edit', changes(60)).message).toMatch(/The camera move needs a window of \d+ % of the picture’s width; at least 33 % must be left\./)
    expect(project.run('shot.edit', changes(10)).label).toBe('Edit shot')
    expect(project.shot(0).framing).toEqual({ keyframes: [], isCameraVirtual: true })
  })

  it('refuses reference pictures that are missing or are sounds', () => {
    const project = aProject().withShots(1)
    const [sound, picture] = [mediaOf('audio', project.context), mediaOf('image', project.context)]
    project.run('media.add', { media: sound })
    const edit = (firstFrame: typeof sound.id) => ({ shotIds: [project.shot(0).id], changes: { references: { firstFrame, lastFrame: null } } })
    expect(project.refusal('shot.edit', edit(picture.id)).rejected).toBe('not-found')
    expect(project.refusal('shot.edit', edit(sound.id)).rejected).toBe('not-possible')
    project.run('media.add', { media: picture })
    expect(project.run('shot.edit', edit(picture.id)).label).toBe('Change references')
  })

  it('refuses to edit and trim locked shots, by name where they have one', () => {
    const project = aProject().withShots(1)
    const { id } = project.shot(0)
    project.run('shot.edit', { shotIds: [id], changes: { name: 'Dawn' } })
    project.run('shot.setLocked', { shotIds: [id], isLocked: true })
    expect(project.refusal('shot.edit', { shotIds: [id], changes: { seed: 1 } }).message).toBe('Shot “Dawn” is locked, so it cannot be edited.')
    expect(project.refusal('shot.trim', { shotId: id, trimStartFrames: 0, durationFrames: 5 }).message).toBe('Shot “Dawn” is locked, so it cannot be trimmed.')
  })
})

describe('shot.trim', () => {
  it('shortens transitions that no longer fit, and undo gives them their length back', () => {
    const project = aProject().withShots(2)
    project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: project.shot(0).id, kind: 'dissolve', durationFrames: 20 })
    const before = project.document
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames: 10 })
    expect(Object.values(project.document.transitions)).toMatchObject([{ durationFrames: 9 }])
    project.undo()
    expect(project.document).toEqual(before)
  })

  it('refuses durations of zero, without end, and beyond ten minutes', () => {
    const project = aProject().withShots(1)
    for (const durationFrames of [0, -5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 14_401]) {
      expect(project.refusal('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames }).rejected).toBe('invalid-payload')
    }
  })
})

describe('takes', () => {
  it('a selected take brings its seed along, and a trim that it cannot hold gives way', () => {
    const project = aProject().withShots(1, 60)
    const long = project.generate(0)
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 20, durationFrames: 40 })
    const short = project.generate(0, { frameCount: 17, recipe: { ...found(long.recipe), seed: 99 } }, false)
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: short.id })
    expect(project.shot(0)).toMatchObject({ selectedTakeId: short.id, trimStartFrames: 51 - 40, durationFrames: 40, seed: 99 })
  })

  it('locked shots may show another of their takes, and takes may be starred', () => {
    const project = aProject().withShots(1)
    const first = project.generate(0)
    project.generate(0)
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    project.run('shot.selectTake', { shotId: project.shot(0).id, takeId: first.id })
    project.run('take.annotate', { takeId: first.id, isStarred: true })
    expect(project.shot(0).selectedTakeId).toBe(first.id)
    expect(project.document.takes[first.id]?.isStarred).toBe(true)
  })

  it('a take that finishes after its shot was locked or deleted is kept, but not shown', () => {
    const project = aProject().withShots(2)
    const shown = project.generate(0)
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    const late = project.generate(0)
    const { id } = project.shot(1)
    project.run('shot.delete', { shotIds: [id] })
    const orphan = { ...late, id: project.context.newId('take'), shotId: id }
    project.run('take.add', { take: orphan, select: true })
    expect(project.shot(0).selectedTakeId).toBe(shown.id)
    expect(Object.keys(project.document.takes)).toEqual([shown.id, late.id, orphan.id])
    expect(project.refusal('take.add', { take: late, select: false }).rejected).toBe('duplicate')
  })

  it('a freshly generated take is shown from its start, and leaves a seed that was edited meanwhile', () => {
    const project = aProject().withShots(1)
    const take = project.generate(0)
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 3, durationFrames: 30 })
    const next = { ...take, id: project.context.newId('take'), recipe: { ...found(take.recipe), seed: 7 } }
    const { seed } = project.shot(0)
    project.run('take.add', { take: next, select: true })
    expect(project.shot(0)).toMatchObject({ trimStartFrames: 0, seed })
  })
})
