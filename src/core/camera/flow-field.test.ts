import { describe, expect, it } from 'vitest'
import { CAMERA_PRESETS, type CameraMove, type CameraPreset } from '../document/schema.ts'
import { cellFlow, flowField, FLOW_LIMIT } from './flow-field.ts'
import { CAMERA_MOVES, defaultMove } from './moves.ts'
import { cameraPath, cameraPoseAt } from './path.ts'
import { projectPoint } from './point-cloud.ts'

const SUBJECT_DISTANCE = 4

function preset(name: CameraPreset, amount: number): CameraMove {
  return { kind: 'preset', preset: name, amount, easing: 'linear' }
}

function posesOf(move: CameraMove, frameCount = 17) {
  return cameraPath({ move, lensMm: 35, subjectDistanceM: SUBJECT_DISTANCE, frameCount })
}

function field(move: CameraMove, frameSize = { width: 160, height: 96 }, frameCount = 17) {
  return flowField({ poses: posesOf(move, frameCount), frameSize, spatialCompression: 8, temporalCompression: 4, subjectDistanceM: SUBJECT_DISTANCE })
}

/** One channel of the last latent frame, as a function of row and column. */
function lastFrame(move: CameraMove, channel: number): (row: number, column: number) => number {
  const { data, shape: [, , frames, rows, columns] } = field(move)
  return (row, column) => data[((channel * frames + frames - 1) * rows + row) * columns + column]!
}

describe('flowField', () => {
  it('is all zeros for a camera at rest', () => {
    const rest: CameraMove[] = [preset('static', 0), preset('pan', 0), preset('zoom', 1), { kind: 'keyframes', keyframes: [0, 1].map((at) => ({ at, position: [3, 1, 7], rotation: { yaw: 33, pitch: -12, roll: 5 }, focalLengthMm: 50, easing: 'linear' })) }]
    for (const move of rest) expect(field(move).data).toEqual(new Float32Array(4 * 5 * 12 * 20))
  })

  it('has four channels over latent frames, rows and columns, and starts with zeros', () => {
    const { data, shape } = field(preset('pan', 20))
    expect(shape).toEqual([1, 4, 5, 12, 20])
    expect(data).toHaveLength(4 * 5 * 12 * 20)
    for (let channel = 0; channel < 4; channel++) expect(data.slice(channel * 1200, channel * 1200 + 240)).toEqual(new Float32Array(240))
    expect(Math.abs(data[1199]!)).toBeGreaterThan(0.1)
  })

  it('equals the direct projection of points, far ones and those of the subject plane', () => {
    let checked = 0
    for (const name of CAMERA_PRESETS) {
      const poses = posesOf(defaultMove(name))
      for (const pose of [poses[3]!, poses[16]!]) {
        for (const x of [-1.4, -0.2, 0.9]) {
          for (const y of [-0.8, 0.1, 1.1]) {
            const onPlane = [x, y, SUBJECT_DISTANCE] as const
            const distant = [x * 1e9, y * 1e9, SUBJECT_DISTANCE * 1e9] as const
            for (const [point, channel] of [[distant, 0], [onPlane, 2]] as const) {
              const now = projectPoint(pose, point)!
              const then = projectPoint(poses[0]!, point)!
              const flow = cellFlow(pose, poses[0]!, now.u, now.v, SUBJECT_DISTANCE)
              // A whip pan leaves behind what it showed first; such places are held at the limit.
              if (Math.max(Math.abs(then.u - now.u), Math.abs(then.v - now.v)) > FLOW_LIMIT) continue
              expect(Math.abs(flow[channel] - (then.u - now.u))).toBeLessThan(1e-6)
              expect(Math.abs(flow[channel + 1]! - (then.v - now.v))).toBeLessThan(1e-6)
              checked++
            }
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(CAMERA_PRESETS.length * 2 * 9 * 2 - 12)
  })

  it('puts the value of each cell’s centre into its place', () => {
    const move = preset('orbit', 20)
    const { data, shape: [, , frames, rows, columns] } = field(move, { width: 96, height: 160 })
    expect([frames, rows, columns]).toEqual([5, 20, 12])
    const pose = cameraPoseAt({ move, lensMm: 35, subjectDistanceM: SUBJECT_DISTANCE, frameCount: 17 }, 10.5)
    const [row, column] = [17, 2]
    const expected = cellFlow(pose, posesOf(move)[0]!, (2.5 - 6) / 10, (17.5 - 10) / 10, SUBJECT_DISTANCE)
    for (let channel = 0; channel < 4; channel++) {
      expect(data[((channel * frames + 3) * rows + row) * columns + column]).toBeCloseTo(expected[channel]!, 5)
    }
  })

  it('takes the pose in the middle of the frames that a latent frame covers', () => {
    const { data, shape: [, , frames, rows, columns] } = field(preset('truck', 1.6))
    const middle = (latentFrame: number): number => data[((2 * frames + latentFrame) * rows + 5) * columns + 9]!
    // Latent frame i stands at frame 4i - 1.5; one frame travels 0.1 m, which moves the subject plane by f × 0.1 / D.
    for (let latentFrame = 1; latentFrame < 5; latentFrame++) expect(middle(latentFrame)).toBeCloseTo(((35 / 18) * 0.1 * (4 * latentFrame - 1.5)) / 4, 6)
  })

  it('reads the camera between two frames of an eased move to a fraction of a pixel', () => {
    // A whip pan turns by more within a latent frame than any pose between could stand for.
    for (const name of CAMERA_PRESETS.filter((preset) => preset !== 'whip-pan')) {
      const move = defaultMove(name)
      const { data, shape: [, , frames, rows, columns] } = field(move)
      const pose = cameraPoseAt({ move, lensMm: 35, subjectDistanceM: SUBJECT_DISTANCE, frameCount: 17 }, 6.5)
      const expected = cellFlow(pose, posesOf(move)[0]!, (2 * 3 + 1 - 20) / 20, (2 * 9 + 1 - 12) / 20, SUBJECT_DISTANCE)
      // A thousandth is a twelfth of a pixel of the embedded model.
      for (let channel = 0; channel < 4; channel++) expect(Math.abs(data[((channel * frames + 2) * rows + 9) * columns + 3]! - expected[channel]!)).toBeLessThan(2e-4)
    }
  })

  it('moves the far plane alone on an orbit’s axis, and the subject plane alone on a truck, pedestal or dolly', () => {
    for (const [name, channels] of [['truck', [0, 1]], ['pedestal', [0, 1]], ['dolly', [0, 1]]] as const) {
      for (const channel of channels) expect(lastFrame(defaultMove(name), channel)(3, 4)).toBe(0)
      expect(Math.hypot(lastFrame(defaultMove(name), 2)(3, 4), lastFrame(defaultMove(name), 3)(3, 4))).toBeGreaterThan(0.05)
    }
    const orbit = defaultMove('orbit')
    const nearCentre = Math.hypot(lastFrame(orbit, 2)(5, 9), lastFrame(orbit, 3)(5, 9))
    expect(nearCentre).toBeLessThan(0.02)
    expect(Math.abs(lastFrame(orbit, 0)(5, 9))).toBeGreaterThan(0.3)
  })

  it('moves both planes alike on a pan, tilt, roll and zoom', () => {
    for (const name of ['pan', 'tilt', 'roll', 'zoom'] as const) {
      for (const channel of [0, 1]) expect(lastFrame(defaultMove(name), channel)(2, 15)).toBeCloseTo(lastFrame(defaultMove(name), channel + 2)(2, 15), 6)
    }
  })

  it('points to where the picture came from: a pan to the right shows what was further right', () => {
    expect(lastFrame(preset('pan', 20), 0)(5, 10)).toBeGreaterThan(0.3)
    expect(lastFrame(preset('tilt', 20), 1)(5, 10)).toBeLessThan(-0.3)
    expect(lastFrame(preset('truck', 1), 2)(5, 10)).toBeGreaterThan(0.3)
    expect(lastFrame(preset('zoom', 2), 0)(5, 19)).toBeLessThan(-0.3)
  })

  it('stays finite and within its limits for moves that no lens could follow', () => {
    for (const { preset: name, min, max } of Object.values(CAMERA_MOVES)) {
      for (const amount of [min, max]) for (const value of field(preset(name, amount)).data) expect(Math.abs(value)).toBeLessThanOrEqual(FLOW_LIMIT)
    }
    for (const move of [preset('pan', 180), preset('orbit', 170), preset('dolly', 9), preset('dolly', 4)]) {
      for (const value of field(move).data) expect(Math.abs(value)).toBeLessThanOrEqual(FLOW_LIMIT)
    }
  })

  it('keeps its direction where rays point away from the plane', () => {
    expect(lastFrame(preset('pan', 120), 0)(5, 10)).toBe(FLOW_LIMIT)
    expect(lastFrame(preset('pan', -120), 0)(5, 10)).toBe(-FLOW_LIMIT)
  })

  it('refuses sizes and lengths that make no whole latents', () => {
    const poses = posesOf(preset('pan', 20))
    const good = { poses, frameSize: { width: 160, height: 96 }, spatialCompression: 8, temporalCompression: 4, subjectDistanceM: 4 }
    for (const bad of [
      { ...good, poses: poses.slice(0, 16) }, { ...good, poses: [] }, { ...good, frameSize: { width: 161, height: 96 } }, { ...good, spatialCompression: 0 },
      { ...good, temporalCompression: 0 }, { ...good, subjectDistanceM: 0 }, { ...good, subjectDistanceM: Number.NaN },
    ]) expect(() => flowField(bad)).toThrowError(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })
})
