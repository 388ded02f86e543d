/** Inputs hold what decides pixels; signatures change with them and with nothing else. */
import { describe, expect, it } from 'vitest'
import { aProject, found, mediaOf, ONE_CLIP, PREVIZ, WAN, type TestProject } from '#tests/core-properties/project.ts'
import type { CommandPayload } from '../commands/registry.ts'
import { StudioError } from '../errors.ts'
import { coverageFrames, fitTrim, longestShotFrames, packFramesFor } from './coverage.ts'
import { generationInputs, nearestFrameSize } from './inputs.ts'
import type { UsablePack } from './pack-facts.ts'
import { signatureOf } from './signature.ts'

const RATE = { num: 24, den: 1 }

function signature(project: TestProject, pack: UsablePack = PREVIZ): string {
  return signatureOf(generationInputs(project.document, project.shot(1).id, pack), pack.packDigest)
}

type Changes = CommandPayload<'shot.edit'>['changes']

function afterEdit(changes: Changes, pack: UsablePack = PREVIZ): { readonly before: string; readonly after: string } {
  const project = aProject().withShots(2)
  const before = signature(project, pack)
  project.run('shot.edit', { shotIds: [project.shot(1).id], changes })
  return { before, after: signature(project, pack) }
}

describe('generationInputs', () => {
  it('ask for the fewest frames of the pack that cover the shot: 4k + 1, at least its minimum', () => {
    const asked = [1, 24, 51, 52, 63, 64, 147].map((duration) => packFramesFor(duration, RATE, PREVIZ))
    expect(asked).toEqual([17, 17, 17, 21, 21, 25, 49])
    for (const [index, duration] of [1, 24, 51, 52, 63, 64, 147].entries()) {
      expect(coverageFrames({ frameCount: asked[index] ?? 0, frameRate: PREVIZ.frameRate }, RATE)).toBeGreaterThanOrEqual(duration)
    }
  })

  it('count only whole frames that a take covers: 17 at 8 are 63.7 at 29.97, so 63', () => {
    expect(coverageFrames({ frameCount: 17, frameRate: PREVIZ.frameRate }, { num: 30_000, den: 1_001 })).toBe(63)
    expect([63, 64].map((duration) => packFramesFor(duration, { num: 30_000, den: 1_001 }, PREVIZ))).toEqual([17, 21])
  })

  it('refuse a shot longer than the longest clip of a pack that cannot chain clips, naming both lengths and the way out', () => {
    const project = aProject().withShots(1, longestShotFrames(RATE, PREVIZ))
    expect(generationInputs(project.document, project.shot(0).id, PREVIZ).frameCount).toBe(49)
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 0, durationFrames: 148 })
    expect(generationInputs(project.document, project.shot(0).id, PREVIZ).frameCount).toBe(53)
    const refused = () => generationInputs(project.document, project.shot(0).id, ONE_CLIP)
    expect(refused).toThrow('Shot 1 lasts 6.17 s; one clip of the pack Previz lasts at most 6.13 s.')
    expect(refused).toThrow(StudioError)
  })

  it('take the pack’s size that is nearest in aspect to the project’s frame', () => {
    const sizes = [{ width: 832, height: 480 }, { width: 480, height: 832 }, { width: 640, height: 640 }]
    const wanted = [[1920, 1080], [1080, 1920], [1080, 1080], [3840, 1600], [1000, 1100]].map(([width = 0, height = 0]) => nearestFrameSize(sizes, { width, height }))
    expect(wanted.map((size) => sizes.indexOf(size))).toEqual([0, 1, 2, 0, 2])
    expect(() => nearestFrameSize([], { width: 16, height: 16 })).toThrow('lists no frame size')
  })

  it('leave out what the pack cannot use: first frames, last frames, camera numbers', () => {
    const project = aProject().withShots(2)
    const take = project.generate(0)
    const media = mediaOf('image', project.context)
    project.run('media.add', { media })
    const { id } = project.shot(1)
    project.run('shot.edit', { shotIds: [id], changes: { references: { firstFrame: media.id, lastFrame: media.id }, camera: { kind: 'preset', preset: 'pan', amount: 20, easing: 'linear' } } })
    expect(generationInputs(project.document, id, PREVIZ)).toMatchObject({ references: { firstFrame: media.id, lastFrame: media.id }, camera: { preset: 'pan' }, continuesFromTakeId: null })
    project.run('shot.edit', { shotIds: [id], changes: { continuesFrom: project.shot(0).id } })
    // A picture that was chosen goes before the end of the shot that is continued.
    expect(generationInputs(project.document, id, PREVIZ)).toMatchObject({ references: { firstFrame: media.id }, continuesFromTakeId: null })
    project.run('shot.edit', { shotIds: [id], changes: { references: { firstFrame: null, lastFrame: media.id } } })
    expect(generationInputs(project.document, id, PREVIZ)).toMatchObject({ references: { firstFrame: null, lastFrame: media.id }, continuesFromTakeId: take.id })
    const textOnly = { ...WAN, abilities: { ...WAN.abilities, firstFrame: false, lastFrame: false } }
    expect(generationInputs(project.document, id, textOnly)).toMatchObject({ references: { firstFrame: null, lastFrame: null }, continuesFromTakeId: null, camera: { preset: 'static' } })
  })

  it('throw NOT_FOUND for a shot that is gone', () => {
    expect(() => generationInputs(aProject().document, 'sht_gone01', PREVIZ)).toThrow('is not in the project')
  })
})

describe('signatureOf', () => {
  it.each<[string, Changes]>([
    ['prompt', { prompt: 'a blue boat' }], ['negative prompt', { negativePrompt: 'red' }], ['seed', { seed: 1 }], ['shot size', { shotSize: 'CU' }],
    ['camera', { camera: { kind: 'preset', preset: 'pan', amount: 20, easing: 'linear' } }], ['lens', { lensMm: 85 }],
    ['subject distance', { subjectDistanceM: 9 }], ['steps', { overrides: { steps: 3, guidanceScale: null } }], ['guidance', { overrides: { steps: null, guidanceScale: 1 } }],
  ])('changes with the %s', (_, changes) => {
    const { before, after } = afterEdit(changes)
    expect(after).not.toBe(before)
  })

  it.each<[string, Changes, UsablePack]>([
    ['the name', { name: 'Dawn' }, PREVIZ], ['subject boxes', { composition: { subjectBoxes: [{ label: 'a', x: 0, y: 0, width: 0.5, height: 0.5 }] } }, PREVIZ],
    ['lens millimetres that no word tells apart, and metres that a prompt-driven pack cannot read', { lensMm: 50, subjectDistanceM: 9 }, WAN],
    ['overrides that say what the pack does anyway', { overrides: { steps: 20, guidanceScale: 4 } }, PREVIZ],
  ])('does not change with %s', (_, changes, pack) => {
    const { before, after } = afterEdit(changes, pack)
    expect(after).toBe(before)
  })

  it('changes with a lens that a prompt-driven pack is told in words', () => {
    const { before, after } = afterEdit({ lensMm: 135 }, WAN)
    expect(after).not.toBe(before)
  })

  it('does not change with locks, captions, notes, trims within the same frame count, or other shots', () => {
    const project = aProject().withShots(2)
    const before = signature(project)
    const { id } = project.shot(1)
    project.run('caption.add', { sequenceId: project.sequenceId, anchor: { shotId: id, offsetFrames: 0 }, durationFrames: 5, text: 'hi' })
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { prompt: 'other' } })
    project.run('shot.trim', { shotId: id, trimStartFrames: 0, durationFrames: 40 })
    project.run('shot.setLocked', { shotIds: [id], isLocked: true })
    expect(signature(project)).toBe(before)
  })

  it('changes with the pack’s digest and with the take of the shot before', () => {
    const project = aProject().withShots(2)
    const inputs = generationInputs(project.document, project.shot(1).id, PREVIZ)
    expect(signatureOf(inputs, WAN.packDigest)).not.toBe(signatureOf(inputs, PREVIZ.packDigest))
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { continuesFrom: project.shot(0).id } })
    const signatures = [signature(project)]
    for (let take = 0; take < 2; take += 1) {
      project.generate(0)
      signatures.push(signature(project))
    }
    expect(new Set(signatures).size).toBe(3)
  })

  it('is the same hash on every machine', () => {
    expect(signatureOf({
      prompt: 'a red house', negativePrompt: '', seed: 7, frameCount: 17, frameSize: { width: 96, height: 160 }, frameRate: { num: 8, den: 1 },
      camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' }, lensMm: 35, subjectDistanceM: 3, steps: 20, guidanceScale: 4,
      references: { firstFrame: null, lastFrame: null }, continuesFromTakeId: null,
    }, PREVIZ.packDigest)).toBe('0ec1444a71be2285d3f323edd38d496c0d526e06a719fa3b9598406680da0550')
  })
})

describe('fitTrim', () => {
  it('keeps a trim that fits, draws it in where the take is short, and is 0 where the take is too short anyway', () => {
    const project = aProject().withShots(1)
    const take = { ...project.generate(0), frameCount: 17 }
    expect([[0, 51], [3, 48], [3, 50], [40, 48], [5, 60]].map(([trimStartFrames = 0, durationFrames = 1]) => fitTrim({ trimStartFrames, durationFrames }, take, RATE))).toEqual([0, 3, 1, 3, 0])
    expect(found(take.recipe).frameCount).toBe(17)
  })
})
