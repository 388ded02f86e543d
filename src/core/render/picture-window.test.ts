/** Reframing and the virtual camera: windows follow their keyframes and the camera, and never leave the picture. */
import { describe, expect, it } from 'vitest'
import { aProject } from '#tests/core-properties/project.ts'
import { CAMERA_MOVES, defaultMove } from '../camera/moves.ts'
import { CAMERA_PRESETS, type CameraMove, type CameraPreset, type Framing, type FrameSize, type WindowKeyframe } from '../document/schema.ts'
import type { PictureWindow } from './frame.ts'
import { compileSequence, frameAt } from './graph.ts'
import { describeVirtualProblem, fitWindow, windowTrack, type WindowedShot } from './picture-window.ts'

const WIDE = { width: 1920, height: 1080 }
const TALL = { width: 1080, height: 1920 }

function aShot(framing: Framing | null, camera: CameraMove = defaultMove('static'), sizes: { frameSize?: FrameSize; picture?: FrameSize } = {}): WindowedShot {
  return { shot: { camera, lensMm: 35, subjectDistanceM: 3, framing }, frameCount: 49, frameRate: { num: 24, den: 1 }, frameSize: WIDE, picture: WIDE, ...sizes }
}

function preset(name: CameraPreset, amount: number): CameraMove {
  return { kind: 'preset', preset: name, amount, easing: 'linear' }
}

function defaultAmountOf(name: CameraPreset): number {
  return CAMERA_MOVES[name].defaultAmount
}

function virtual(camera: CameraMove, sizes: { frameSize?: FrameSize; picture?: FrameSize } = {}): WindowedShot {
  return aShot({ keyframes: [], isCameraVirtual: true }, camera, sizes)
}

function keyframe(at: number, changes: Partial<WindowKeyframe> = {}): WindowKeyframe {
  return { at, centreX: 0.5, centreY: 0.5, zoom: 1, rotation: 0, easing: 'linear', ...changes }
}

/** The corners of a window in pixels of the picture. */
function corners({ centreX, centreY, zoom, rotation }: PictureWindow, { frameSize, picture }: WindowedShot): [number, number][] {
  const cover = Math.min(picture.width / frameSize.width, picture.height / frameSize.height)
  const [halfWide, halfTall] = [(frameSize.width * cover) / (2 * zoom), (frameSize.height * cover) / (2 * zoom)]
  const angle = (rotation * Math.PI) / 180
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x = 0, y = 0]) => [
    centreX * picture.width + x * halfWide * Math.cos(angle) - y * halfTall * Math.sin(angle),
    centreY * picture.height + x * halfWide * Math.sin(angle) + y * halfTall * Math.cos(angle),
  ])
}

function expectInside(window: PictureWindow, shot: WindowedShot): void {
  for (const [x, y] of corners(window, shot)) {
    expect(x).toBeGreaterThan(-1e-6)
    expect(x).toBeLessThan(shot.picture.width + 1e-6)
    expect(y).toBeGreaterThan(-1e-6)
    expect(y).toBeLessThan(shot.picture.height + 1e-6)
  }
}

describe('windowTrack', () => {
  it('is nothing where the take is shown as it is', () => {
    expect(windowTrack(aShot(null))).toBeNull()
    expect(windowTrack(aShot({ keyframes: [], isCameraVirtual: false }))).toBeNull()
  })

  it('follows its keyframes by the earlier one’s easing, zooms by equal ratios, and rests outside them', () => {
    const keyframes = [keyframe(0.25, { zoom: 2, centreX: 0.46 }), keyframe(0.75, { zoom: 8, centreX: 0.54, centreY: 0.51 })]
    const track = windowTrack(aShot({ keyframes, isCameraVirtual: false }))!
    expect(track(0)).toEqual(track(12))
    expect(track(24)[0]).toMatchObject({ centreX: 0.5, zoom: expect.closeTo(4, 9) })
    expect(track(48)[0]).toMatchObject({ centreX: 0.54, centreY: 0.51, zoom: 8 })
  })

  it('cuts a tall frame out of a wide picture along the keyframes', () => {
    const shot = aShot({ keyframes: [keyframe(0, { centreX: 0.2 }), keyframe(1, { centreX: 0.8 })], isCameraVirtual: false }, defaultMove('static'), { frameSize: TALL })
    const track = windowTrack(shot)!
    const width = (1080 / 1920) * 1080
    expect(corners(track(0)[0]!, shot)[0]![0]).toBeCloseTo(0.2 * 1920 - width / 2, 3)
    expect(corners(track(48)[0]!, shot)[1]![0]).toBeCloseTo(0.8 * 1920 + width / 2, 3)
  })

  it('stays inside the picture for every preset over its default amount, in both shapes', () => {
    for (const name of CAMERA_PRESETS) {
      for (const sizes of [{}, { frameSize: TALL }, { frameSize: TALL, picture: TALL }]) {
        const shot = virtual(defaultMove(name), sizes)
        const track = windowTrack(shot)!
        for (let frame = 0; frame < 49; frame++) for (const window of track(frame)) expectInside(window, shot)
      }
    }
  })

  it('goes where the camera goes', () => {
    const ends = (move: CameraMove): [PictureWindow, PictureWindow] => {
      const track = windowTrack(virtual(move))!
      return [track(0)[0]!, track(48)[0]!]
    }
    const shift = (move: CameraMove): { x: number; y: number; size: number; turn: number } => {
      const [first, last] = ends(move)
      return { x: last.centreX - first.centreX, y: last.centreY - first.centreY, size: first.zoom / last.zoom, turn: last.rotation - first.rotation }
    }
    expect(shift(preset('pan', 10)).x).toBeGreaterThan(0.1)
    expect(shift(preset('pan', -10)).x).toBeLessThan(-0.1)
    expect(shift(preset('tilt', 8)).y).toBeLessThan(-0.1)
    expect(shift(preset('truck', 0.5)).x).toBeGreaterThan(0.1)
    expect(shift(preset('pedestal', -0.3)).y).toBeGreaterThan(0.1)
    expect(shift(preset('zoom', 1.5)).size).toBeCloseTo(1 / 1.5, 6)
    expect(shift(preset('dolly', 1)).size).toBeCloseTo(2 / 3, 6)
    expect(shift(preset('roll', 12)).turn).toBeCloseTo(12, 6)
    expect(ends(preset('pan', 10))[0].zoom).toBeGreaterThan(1)
    expect(ends(preset('zoom', 1.5))[0].zoom).toBe(1)
  })

  it('pans by the angle of the lens', () => {
    const shot = virtual(preset('pan', 10))
    const track = windowTrack(shot)!
    const [first, last] = [track(0)[0]!, track(48)[0]!]
    // At 35 mm the half width of the sensor is 18 mm: 10° to the side lie at tan(10°) × 35/18 of it.
    const halfWidths = (last.centreX - first.centreX) * 2 * first.zoom
    expect(halfWidths).toBeCloseTo((Math.tan((10 * Math.PI) / 180) * 35) / 18, 9)
    expect(last.zoom).toBeCloseTo(first.zoom, 9)
  })

  it('exposes fast moves several times across the open shutter and slow ones once', () => {
    const count = (move: CameraMove): number => Math.max(...Array.from({ length: 49 }, (_, frame) => windowTrack(virtual(move))!(frame).length))
    expect(count(preset('pan', 8))).toBe(1)
    expect(count(preset('whip-pan', 50))).toBeGreaterThan(3)
    const middle = windowTrack(virtual(preset('whip-pan', 50)))!(24)
    const steps = middle.slice(1).map(({ centreX }, index) => centreX - middle[index]!.centreX)
    for (const step of steps) expect(step).toBeGreaterThan(0)
  })
})

describe('fitWindow', () => {
  it('zooms in as far as a turned window needs and holds it back from the sides', () => {
    const shot = aShot(null)
    for (const rotation of [0, 10, 45, 90, -170]) {
      for (const [centreX, centreY] of [[0, 0], [1, 0.4], [0.5, 0.5]] as const) expectInside(fitWindow({ centreX, centreY, zoom: 1, rotation }, shot), shot)
    }
    expect(fitWindow({ centreX: 0.5, centreY: 0.5, zoom: 1.5, rotation: 0 }, shot)).toEqual({ centreX: 0.5, centreY: 0.5, zoom: 1.5, rotation: 0 })
  })
})

describe('describeVirtualProblem', () => {
  it('refuses what leaves less than a third of the picture, and what is no camera', () => {
    expect(describeVirtualProblem(virtual(preset('pan', 10)))).toBeNull()
    expect(describeVirtualProblem(virtual(preset('pan', 70)))!.message).toContain('at least 33 % must be left')
    expect(describeVirtualProblem(virtual(preset('zoom', 0)))!.message).toContain('zoom ratio of 0')
    expect(describeVirtualProblem(aShot(null, preset('pan', 70)))).toBeNull()
  })

  it('refuses moves that a flat picture cannot show, alone and among others', () => {
    const refused = CAMERA_PRESETS.filter((name) => describeVirtualProblem(virtual(preset(name, defaultAmountOf(name) / 4)))?.message.includes('needs depth'))
    expect(refused).toEqual(['orbit', 'crane', 'tracking', 'dolly-zoom', 'rack-focus'])
    const both: CameraMove = { kind: 'combined', moves: [{ preset: 'pan', amount: 5, easing: 'linear' }, { preset: 'orbit', amount: 5, easing: 'linear' }] }
    expect(describeVirtualProblem(virtual(both))!.message).toBe('Orbit needs depth, which a finished picture has not.')
  })
})

describe('frameAt', () => {
  it('gives takes of framed shots their windows, and others none', () => {
    const project = aProject().withShots(2)
    project.generate(0)
    project.generate(1)
    const before = frameAt(compileSequence(project.document, project.sequenceId), 5).layers[0]
    expect(before).toMatchObject({ kind: 'take', windows: null })
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { framing: { keyframes: [keyframe(0, { zoom: 2 })], isCameraVirtual: false } } })
    expect(frameAt(compileSequence(project.document, project.sequenceId), 5).layers[0]).toMatchObject({ windows: [{ zoom: 2 }] })
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { framing: null } })
    expect(frameAt(compileSequence(project.document, project.sequenceId), 5).layers[0]).toEqual(before)
  })
})
