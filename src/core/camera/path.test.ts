import { describe, expect, it } from 'vitest'
import { CAMERA_PRESETS, EASINGS, type CameraKeyframe, type CameraMove, type CameraPreset } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { HANDHELD_MAX_HERTZ } from './handheld.ts'
import { CAMERA_MOVES, defaultMove } from './moves.ts'
import { cameraPath, cameraPoseAt } from './path.ts'
import { projectPoint } from './point-cloud.ts'
import { multiply, transpose, type CameraPose, type Vector3 } from './pose.ts'

const SUBJECT_DISTANCE = 4
const SUBJECT: Vector3 = [0, 0, SUBJECT_DISTANCE]
const NEAR: Vector3 = [0.3, 0.2, 3]
/** Seen at the same place as NEAR in frame 0, ten times as far. */
const FAR: Vector3 = [3, 2, 30]

function preset(name: CameraPreset, amount: number, easing: (typeof EASINGS)[number] = 'linear'): CameraMove {
  return { kind: 'preset', preset: name, amount, easing }
}

function path(move: CameraMove, frameCount = 17): CameraPose[] {
  return cameraPath({ move, lensMm: 35, subjectDistanceM: SUBJECT_DISTANCE, frameCount })
}

/** How far a point travels in the picture from the first frame to the last. */
function travel(move: CameraMove, point: Vector3): { u: number; v: number } {
  const poses = path(move)
  const [first, last] = [projectPoint(poses[0]!, point)!, projectPoint(poses.at(-1)!, point)!]
  return { u: last.u - first.u, v: last.v - first.v }
}

function parallax(move: CameraMove): number {
  const [near, far] = [travel(move, NEAR), travel(move, FAR)]
  return Math.hypot(near.u - far.u, near.v - far.v)
}

function keyframe(at: number, changes: Partial<CameraKeyframe> = {}): CameraKeyframe {
  return { at, position: [0, 0, 0], rotation: { yaw: 0, pitch: 0, roll: 0 }, focalLengthMm: 35, easing: 'linear', ...changes }
}

describe('cameraPath', () => {
  it('starts every move at the origin, unturned, with the shot’s lens', () => {
    for (const name of CAMERA_PRESETS) {
      expect(path(defaultMove(name))[0]).toMatchObject({ position: [0, 0, 0], rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], focalLengthMm: 35 })
    }
  })

  it('gives a pose a frame whose rotation is a rotation', () => {
    for (const name of CAMERA_PRESETS) {
      for (const { rotation } of path(defaultMove(name), 25)) {
        multiply(rotation, transpose(rotation)).forEach((value, index) => expect(value).toBeCloseTo(index % 4 === 0 ? 1 : 0, 12))
      }
      expect(path(defaultMove(name), 25)).toHaveLength(25)
    }
  })

  it('moves the picture against the camera', () => {
    expect(travel(preset('pan', 20), SUBJECT).u).toBeLessThan(-0.3)
    expect(travel(preset('tilt', 20), SUBJECT).v).toBeGreaterThan(0.3)
    expect(travel(preset('truck', 1), SUBJECT).u).toBeLessThan(-0.3)
    expect(travel(preset('pedestal', 1), SUBJECT).v).toBeGreaterThan(0.3)
    expect(travel(preset('pan', -20), SUBJECT).u).toBeGreaterThan(0.3)
  })

  it('turns the picture anticlockwise when the camera rolls clockwise', () => {
    const up: Vector3 = [0, 1, 4]
    expect(travel(preset('roll', 10), up).u).toBeLessThan(-0.05)
  })

  it('spreads the picture on a dolly or zoom in, and narrows it on the way out', () => {
    for (const [move, sign] of [[preset('dolly', 1), 1], [preset('zoom', 1.5), 1], [preset('dolly', -1), -1], [preset('zoom', 0.5), -1]] as const) {
      expect(Math.sign(travel(move, NEAR).u)).toBe(sign)
    }
  })

  it('has parallax where the camera travels, and none where it turns or zooms', () => {
    for (const name of ['pan', 'tilt', 'roll', 'zoom', 'handheld', 'whip-pan', 'rack-focus'] as const) expect(parallax(defaultMove(name))).toBeLessThan(1e-9)
    for (const name of ['truck', 'pedestal', 'dolly', 'orbit', 'crane', 'tracking', 'dolly-zoom'] as const) expect(parallax(defaultMove(name))).toBeGreaterThan(0.02)
  })

  it('keeps the middle of the subject in the middle of the picture on an orbit and a crane, at the same distance', () => {
    for (const move of [preset('orbit', 60), preset('orbit', -35), preset('crane', 2), preset('crane', -1)]) {
      for (const pose of path(move)) {
        const seen = projectPoint(pose, SUBJECT)!
        expect(Math.hypot(seen.u, seen.v)).toBeLessThan(1e-12)
        expect(seen.depth).toBeCloseTo(SUBJECT_DISTANCE, 12)
      }
    }
  })

  it('travels right on an orbit to the right, and rises on a crane up', () => {
    expect(path(preset('orbit', 30)).at(-1)!.position[0]).toBeCloseTo(2, 10)
    expect(path(preset('crane', 1)).at(-1)!.position[1]).toBeCloseTo(4 * Math.sin(0.25), 10)
  })

  it('ends at the full amount whatever the easing', () => {
    for (const easing of EASINGS) {
      expect(path(preset('truck', 2, easing)).at(-1)!.position[0]).toBeCloseTo(2, 12)
      expect(path(preset('zoom', 2, easing)).at(-1)!.focalLengthMm).toBeCloseTo(70, 10)
    }
  })

  it('eases: slow starts are behind the linear move, slow ends ahead of it', () => {
    const at = (easing: (typeof EASINGS)[number]): number => path(preset('truck', 1, easing))[4]!.position[0]
    expect(at('linear')).toBeCloseTo(0.25, 12)
    expect(at('ease-in')).toBeCloseTo(0.0625, 12)
    expect(at('ease-out')).toBeCloseTo(0.4375, 12)
    expect(at('ease-in-out')).toBeCloseTo(0.15625, 12)
  })

  it('zooms by equal ratios in equal times', () => {
    const focal = path(preset('zoom', 4)).map((pose) => pose.focalLengthMm)
    focal.slice(1).forEach((value, index) => expect(value / focal[index]!).toBeCloseTo(4 ** (1 / 16), 12))
  })

  it('sways by hand within its amplitude, smoothly, and the same each time', () => {
    const yawOf = (pose: CameraPose): number => (Math.atan2(pose.rotation[2], pose.rotation[8]) * 180) / Math.PI
    const poses = path(preset('handheld', 2), 240)
    const yaws = poses.map(yawOf)
    expect(Math.max(...yaws.map(Math.abs))).toBeLessThanOrEqual(2)
    expect(Math.max(...yaws)).toBeGreaterThan(0.8)
    // No step between frames at 24 a second exceeds what its highest frequency allows.
    yaws.slice(1).forEach((yaw, index) => expect(Math.abs(yaw - yaws[index]!)).toBeLessThan((2 * 2 * Math.PI * HANDHELD_MAX_HERTZ) / 24))
    expect(path(preset('handheld', 2), 240)).toEqual(poses)
  })

  it('sways by the clock, not by the frame', () => {
    const input = { move: preset('handheld', 2), lensMm: 35, subjectDistanceM: 4 }
    const slow = cameraPath({ ...input, frameCount: 17, frameRate: { num: 8, den: 1 } })
    const fast = cameraPath({ ...input, frameCount: 49, frameRate: { num: 24, den: 1 } })
    expect(slow[5]).toEqual(fast[15])
  })

  it('sways faster by hand at a higher frequency, over the same range', () => {
    const crossings = (frequencyHz: number): number => {
      const poses = path({ kind: 'preset', preset: 'handheld', amount: 2, easing: 'linear', frequencyHz }, 480)
      const yaws = poses.map(({ rotation }) => Math.asin(rotation[2]))
      expect(Math.max(...yaws.map(Math.abs))).toBeLessThanOrEqual((2 * Math.PI) / 180)
      return yaws.slice(1).filter((yaw, index) => Math.sign(yaw) !== Math.sign(yaws[index]!)).length
    }
    expect(crossings(1) / crossings(0.5)).toBeCloseTo(2, 0)
  })

  it('rests before and after a whip pan, and turns in between faster than any pan of the same angle', () => {
    const poses = path(preset('whip-pan', 90), 101)
    const yaw = (index: number): number => (Math.atan2(poses[index]!.rotation[2], poses[index]!.rotation[8]) * 180) / Math.PI
    expect([yaw(0), yaw(35), yaw(50)].map((degrees) => Math.round(degrees * 1e6) / 1e6)).toEqual([0, 0, 45])
    expect(yaw(65)).toBeCloseTo(90, 9)
    expect(yaw(100)).toBeCloseTo(90, 9)
    expect(yaw(51) - yaw(49)).toBeGreaterThan(5 * (90 / 50))
  })

  it('keeps the subject’s size on a dolly zoom while the background changes its own', () => {
    for (const amount of [1.5, -2]) {
      const poses = path(preset('dolly-zoom', amount))
      const width = (pose: CameraPose, depth: number): number => projectPoint(pose, [1, 0, depth])!.u - projectPoint(pose, [-1, 0, depth])!.u
      for (const pose of poses) expect(width(pose, SUBJECT_DISTANCE)).toBeCloseTo(width(poses[0]!, SUBJECT_DISTANCE), 12)
      // Towards the subject the lens gets wider, and what lies behind shrinks.
      expect(Math.sign(width(poses[16]!, 40) - width(poses[0]!, 40))).toBe(-Math.sign(amount))
    }
  })

  it('moves nothing but the plane in focus on a rack focus', () => {
    const poses = path(preset('rack-focus', 16))
    expect(poses.map(({ focusDistanceM }) => focusDistanceM)).toEqual(expect.arrayContaining([4, 16]))
    expect(poses[8]!.focusDistanceM).toBeCloseTo(8, 12)
    for (const { position, focalLengthMm } of poses) expect([...position, focalLengthMm]).toEqual([0, 0, 0, 35])
    expect(path(preset('pan', 20))[3]).not.toHaveProperty('focusDistanceM')
  })

  it('runs combined moves at once: travels add up, turns follow in order, zooms multiply', () => {
    const parts = [{ preset: 'dolly', amount: 1, easing: 'linear' }, { preset: 'pan', amount: 30, easing: 'ease-in' }, { preset: 'zoom', amount: 2, easing: 'linear' }] as const
    const both = path({ kind: 'combined', moves: parts })
    const [dolly, pan, zoom] = parts.map(({ preset: name, amount, easing }) => path(preset(name, amount, easing)))
    for (const [index, pose] of both.entries()) {
      expect(pose.position).toEqual(dolly![index]!.position)
      expect(pose.rotation).toEqual(pan![index]!.rotation)
      expect(pose.focalLengthMm).toBeCloseTo(zoom![index]!.focalLengthMm, 12)
    }
    const turned = path({ kind: 'combined', moves: [{ preset: 'pan', amount: 30, easing: 'linear' }, { preset: 'tilt', amount: 10, easing: 'linear' }] }).at(-1)!
    expect(turned.rotation).toEqual(multiply(path(preset('pan', 30)).at(-1)!.rotation, path(preset('tilt', 10)).at(-1)!.rotation))
  })

  it('interpolates focus between keyframes that have it, and leaves it open where none has', () => {
    const poses = path({ kind: 'keyframes', keyframes: [keyframe(0, { focusDistanceM: 2 }), keyframe(1, { focusDistanceM: 8 })] })
    expect(poses[8]!.focusDistanceM).toBeCloseTo(4, 12)
    expect(path({ kind: 'keyframes', keyframes: [keyframe(0), keyframe(1)] })[8]).not.toHaveProperty('focusDistanceM')
  })

  it('joins keyframes by the earlier one’s easing and rests outside them', () => {
    const keyframes = [keyframe(0.25, { easing: 'ease-in' }), keyframe(0.75, { position: [0, 0, 2], focalLengthMm: 70 })]
    const poses = path({ kind: 'keyframes', keyframes })
    expect(poses[4]!.position).toEqual([0, 0, 0])
    expect(poses[8]!.position[2]).toBeCloseTo(0.5, 12)
    expect(poses[8]!.focalLengthMm).toBeCloseTo(35 * 2 ** 0.25, 10)
    expect(poses.at(-1)).toMatchObject({ position: [0, 0, 2], focalLengthMm: 70 })
  })

  it('gives keyframed poses as the first frame sees them', () => {
    const keyframes = [keyframe(0, { position: [5, 1, 0], rotation: { yaw: 90, pitch: 0, roll: 0 } }), keyframe(1, { position: [8, 1, 0], rotation: { yaw: 90, pitch: 0, roll: 0 } })]
    const last = path({ kind: 'keyframes', keyframes }).at(-1)!
    // Looking along X, three metres along X are three metres forward.
    ;[0, 0, 3].forEach((value, axis) => expect(last.position[axis]).toBeCloseTo(value, 12))
    last.rotation.forEach((value, index) => expect(value).toBeCloseTo(index % 4 === 0 ? 1 : 0, 12))
  })

  it('takes keyframes in any order and of the same time', () => {
    const keyframes = [keyframe(1, { position: [0, 2, 0] }), keyframe(0), keyframe(1, { position: [0, 3, 0] })]
    expect(path({ kind: 'keyframes', keyframes }).at(-1)!.position).toEqual([0, 3, 0])
  })

  it('gives one frame as well as many', () => {
    expect(path(preset('pan', 20), 1)).toEqual([{ position: [0, 0, 0], rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], focalLengthMm: 35 }])
  })

  it('interpolates between frames', () => {
    const input = { move: preset('truck', 1.6), lensMm: 35, subjectDistanceM: 4, frameCount: 17 }
    expect(cameraPoseAt(input, 2.5).position[0]).toBeCloseTo(0.25, 12)
    expect(() => cameraPoseAt(input, 16.5)).toThrow(StudioError)
  })

  it('refuses numbers that make no camera, by name', () => {
    const good = { move: preset('pan', 20), lensMm: 35, subjectDistanceM: 4, frameCount: 17 }
    const bad = [
      { ...good, lensMm: 0 }, { ...good, lensMm: Number.NaN }, { ...good, subjectDistanceM: 0 }, { ...good, subjectDistanceM: Infinity },
      { ...good, frameCount: 0 }, { ...good, frameCount: 1.5 }, { ...good, frameCount: 1e9 }, { ...good, frameRate: { num: 0, den: 1 } },
      { ...good, move: preset('pan', Number.NaN) }, { ...good, move: preset('zoom', 0) }, { ...good, move: preset('zoom', -2) },
      { ...good, move: preset('toString' as CameraPreset, 1) },
      { ...good, move: preset('dolly-zoom', 4) }, { ...good, move: preset('rack-focus', 0) },
      { ...good, move: { kind: 'combined', moves: [{ preset: 'dolly', amount: 1, easing: 'linear' }, { preset: 'zoom', amount: -1, easing: 'linear' }] } as CameraMove },
      { ...good, move: { kind: 'preset', preset: 'handheld', amount: 1, easing: 'linear', frequencyHz: Number.NaN } as CameraMove },
      { ...good, move: { kind: 'keyframes', keyframes: [keyframe(0), keyframe(1, { focusDistanceM: 0 })] } as CameraMove },
      { ...good, move: { kind: 'keyframes', keyframes: [] } as CameraMove },
      { ...good, move: { kind: 'keyframes', keyframes: [keyframe(0, { focalLengthMm: 0 }), keyframe(1)] } as CameraMove },
      { ...good, move: { kind: 'keyframes', keyframes: [keyframe(0), keyframe(1, { position: [0, Number.NaN, 0] })] } as CameraMove },
    ]
    for (const input of bad) expect(() => cameraPath(input), JSON.stringify(input)).toThrowError(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => cameraPath({ ...good, lensMm: 0 })).toThrow('The lens of 0 mm')
  })

  it('accepts every preset over its whole range', () => {
    for (const { preset: name, min, max, defaultAmount } of Object.values(CAMERA_MOVES)) {
      for (const amount of [min, max, defaultAmount]) expect(path(preset(name, amount))).toHaveLength(17)
    }
  })
})
