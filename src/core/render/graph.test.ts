import { describe, expect, it } from 'vitest'
import { aProject, type TestProject } from '#tests/core-properties/project.ts'
import type { TransitionKind } from '../document/schema.ts'
import type { RenderLayer } from './frame.ts'
import { compileSequence, frameAt, sourceFrameOf, takesOf } from './graph.ts'

function layersOf(project: TestProject, frame: number): readonly RenderLayer[] {
  return frameAt(compileSequence(project.document, project.sequenceId), frame).layers
}

/** Two shots of 48 frames with takes, and a transition of nine frames on the frames 39 to 47. */
function twoShots(kind: TransitionKind, colour = '#102030'): TestProject {
  const project = aProject().withShots(2)
  project.generate(0)
  project.generate(1)
  project.run('transition.set', { sequenceId: project.sequenceId, afterShotId: project.shot(0).id, kind, durationFrames: 9, colour })
  return project
}

/** "take 0 @5 50%", "#102030 100%": what a layer is, in short. */
function said(project: TestProject, layer: RenderLayer): string {
  const opacity = 'opacity' in layer ? `${Math.round(layer.opacity * 100)}%` : ''
  switch (layer.kind) {
    case 'take': return `take ${project.shotIds.indexOf(layer.shotId)} @${layer.sourceFrame} ${opacity}${layer.clip ? ` to ${layer.clip.width.toFixed(2)}` : ''}`
    case 'slate': return `slate ${layer.heading} ${opacity}`
    case 'colour': return `${layer.colour} ${opacity}`
    case 'text': return `${layer.role} ${layer.text} ${opacity}`
  }
}

function frames(project: TestProject, ...asked: number[]): string[][] {
  return asked.map((frame) => layersOf(project, frame).map((layer) => said(project, layer)))
}

describe('frameAt', () => {
  it('shows each frame’s own shot, at the take’s own rate', () => {
    const project = aProject().withShots(2)
    project.generate(0)
    project.generate(1)
    // Takes run at 8 frames a second, the project at 24: three frames of the project show one of the take.
    expect(frames(project, 0, 2, 3, 47, 48, 95)).toEqual([['take 0 @0 100%'], ['take 0 @0 100%'], ['take 0 @1 100%'], ['take 0 @15 100%'], ['take 1 @0 100%'], ['take 1 @15 100%']])
  })

  it('shows black outside the sequence, and an unknown sequence is empty', () => {
    const project = aProject().withShots(1)
    expect(frames(project, -1, 48, 1e9)).toEqual([[], [], []])
    expect(compileSequence(project.document, 'seq_none').totalFrames).toBe(0)
  })

  it('starts a trimmed shot inside its take', () => {
    const project = aProject().withShots(1)
    project.generate(0)
    project.run('shot.trim', { shotId: project.shot(0).id, trimStartFrames: 12, durationFrames: 24 })
    expect(frames(project, 0, 23)).toEqual([['take 0 @4 100%'], ['take 0 @11 100%']])
  })

  it('holds the last frame of a take that is too short', () => {
    const project = aProject().withShots(1)
    project.generate(0, { frameCount: 5 })
    expect(frames(project, 12, 15, 47)).toEqual([['take 0 @4 100%'], ['take 0 @4 100%'], ['take 0 @4 100%']])
  })

  it('slates a shot without a take by its name or number, with its prompt', () => {
    const project = aProject().withShots(2)
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { name: 'The boat' } })
    expect(frames(project, 0, 48)).toEqual([['slate Shot 1 100%'], ['slate The boat 100%']])
    expect(layersOf(project, 0)[0]).toMatchObject({ prompt: 'a red house, number 1' })
  })

  it('tells drafts from finals', () => {
    const project = aProject().withShots(1)
    project.generate(0, { isDraft: true })
    expect(layersOf(project, 0)[0]).toMatchObject({ isDraft: true })
  })

  it('dissolves by laying the next picture over the last, half-way in the middle', () => {
    expect(frames(twoShots('dissolve'), 38, 39, 43, 47, 48)).toEqual([
      ['take 0 @12 100%'], ['take 0 @13 100%', 'take 1 @0 10%'], ['take 0 @14 100%', 'take 1 @1 50%'], ['take 0 @15 100%', 'take 1 @2 90%'], ['take 1 @3 100%'],
    ])
  })

  it('wipes from left to right', () => {
    expect(frames(twoShots('wipe'), 39, 43, 47)).toEqual([
      ['take 0 @13 100%', 'take 1 @0 100% to 0.10'], ['take 0 @14 100%', 'take 1 @1 100% to 0.50'], ['take 0 @15 100%', 'take 1 @2 100% to 0.90'],
    ])
  })

  it('fades to the colour and back, and shows nothing else in the middle', () => {
    expect(frames(twoShots('fade'), 39, 42, 43, 44, 47)).toEqual([
      ['take 0 @13 100%', '#102030 20%'], ['take 0 @14 100%', '#102030 80%'], ['take 1 @1 100%', '#102030 100%'], ['take 1 @1 100%', '#102030 80%'], ['take 1 @2 100%', '#102030 20%'],
    ])
  })

  it('dips into the colour faster than it fades, and stays there', () => {
    const covers = frames(twoShots('dip'), 39, 40, 41, 42, 43, 44, 45, 46, 47).map((layers) => layers[1])
    expect(covers).toEqual(['#102030 30%', '#102030 60%', '#102030 90%', '#102030 100%', '#102030 100%', '#102030 100%', '#102030 90%', '#102030 60%', '#102030 30%'])
  })

  it('counts the overlap once', () => {
    expect(compileSequence(twoShots('dissolve').document, twoShots('dissolve').sequenceId).totalFrames).toBe(48 + 48 - 9)
  })

  it('puts titles over pictures and captions over titles, with the title’s fades', () => {
    const project = aProject().withShots(1)
    const anchor = { shotId: project.shot(0).id, offsetFrames: 10 }
    project.run('caption.add', { sequenceId: project.sequenceId, anchor, durationFrames: 10, text: 'hello' })
    project.run('title.add', { sequenceId: project.sequenceId, anchor, durationFrames: 20, text: 'First light', position: 'centre', size: 0.1, fadeFrames: 4 })
    expect(frames(project, 9, 10, 14, 19, 20, 29, 30)).toEqual([
      ['slate Shot 1 100%'],
      ['slate Shot 1 100%', 'title First light 20%', 'caption hello 100%'],
      ['slate Shot 1 100%', 'title First light 100%', 'caption hello 100%'],
      ['slate Shot 1 100%', 'title First light 100%', 'caption hello 100%'],
      ['slate Shot 1 100%', 'title First light 100%'],
      ['slate Shot 1 100%', 'title First light 20%'],
      ['slate Shot 1 100%'],
    ])
  })

  it('shows one caption at a time: under a transition the incoming shot’s takes over', () => {
    const project = twoShots('dissolve')
    for (const [index, text] of ['before', 'after'].entries()) {
      project.run('caption.add', { sequenceId: project.sequenceId, anchor: { shotId: project.shot(index).id, offsetFrames: 0 }, durationFrames: 48, text })
    }
    const captions = (frame: number): string[] => layersOf(project, frame).flatMap((layer) => (layer.kind === 'text' ? [layer.text] : []))
    expect([captions(38), captions(39), captions(47), captions(48)]).toEqual([['before'], ['after'], ['after'], ['after']])
  })

  it('makes captions as large in a wide picture as in a tall one', () => {
    const project = aProject().withShots(1)
    project.run('caption.add', { sequenceId: project.sequenceId, anchor: { shotId: null, offsetFrames: 0 }, durationFrames: 10, text: 'hello' })
    const pixels = (): number => (layersOf(project, 0)[1] as { size: number }).size * project.document.project.frameSize.height
    const tall = pixels()
    project.run('project.edit', { frameSize: { width: 1920, height: 1080 } })
    expect(pixels()).toBeCloseTo(tall, 9)
  })

  it('lists the takes it needs, each once', () => {
    const project = aProject().withShots(3)
    project.generate(0)
    project.generate(2)
    expect(takesOf(compileSequence(project.document, project.sequenceId)).map(({ shotId }) => shotId)).toEqual([project.shot(0).id, project.shot(2).id])
  })
})

describe('sourceFrameOf', () => {
  const at = (num: number, den = 1) => ({ num, den })

  it('rounds down exactly, where floating point would not', () => {
    // 29.97 from 30: frame 1001 is the first that falls one behind.
    const take = { frameCount: 1_000_000, frameRate: at(30_000, 1_001) }
    expect([1000, 1001, 1002].map((frame) => sourceFrameOf(take, 0, frame, at(30)))).toEqual([999, 1000, 1000])
    expect(sourceFrameOf(take, 0, 900_900, at(30))).toBe(900_000)
    expect(sourceFrameOf({ frameCount: 100_000_000, frameRate: at(240_000, 1_001) }, 50_000_000, 1, at(239_999, 1_000))).toBe(49_950_259)
  })

  it('never leaves the take', () => {
    expect(sourceFrameOf({ frameCount: 17, frameRate: at(8) }, 0, 10_000, at(24))).toBe(16)
    expect(sourceFrameOf({ frameCount: 17, frameRate: at(8) }, 0, -5, at(24))).toBe(0)
  })
})
