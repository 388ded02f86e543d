/** Pose files: what is written is read again, axes and focal lengths are those of the format, faults are named by line. */
import { describe, expect, it } from 'vitest'
import { CAMERA_PRESETS, CameraMoveSchema, type CameraMove } from '../document/schema.ts'
import { eulerOf } from './euler.ts'
import { defaultMove } from './moves.ts'
import { cameraPath } from './path.ts'
import { readPoseFile, writePoseFile } from './pose-file.ts'
import { rotationOf } from './pose.ts'
import type { CameraPose } from './pose.ts'

const WIDE = { width: 1280, height: 720 }
const TALL = { width: 720, height: 1280 }
const RATE = { num: 24, den: 1 }

function pathOf(move: CameraMove, frameCount = 49): CameraPose[] {
  return cameraPath({ move, lensMm: 35, subjectDistanceM: 4, frameCount })
}

function write(poses: readonly CameraPose[], frameSize = WIDE): string {
  return writePoseFile(poses, { frameSize, frameRate: RATE, title: 'a\n test' })
}

/** Largest difference of two paths: metres, matrix elements, share of the focal length. */
function difference(left: readonly CameraPose[], right: readonly CameraPose[]): number {
  expect(left).toHaveLength(right.length)
  return Math.max(...left.flatMap((pose, frame) => {
    const other = right[frame]!
    return [
      ...pose.position.map((value, axis) => Math.abs(value - other.position[axis]!)),
      ...pose.rotation.map((value, index) => Math.abs(value - other.rotation[index]!)),
      Math.abs(Math.log(pose.focalLengthMm / other.focalLengthMm)),
    ]
  }))
}

describe('pose files', () => {
  it('bring back every move, in wide and tall frames, within what nobody sees', () => {
    for (const preset of CAMERA_PRESETS) {
      for (const frameSize of [WIDE, TALL]) {
        const poses = pathOf(defaultMove(preset))
        const move = readPoseFile(write(poses, frameSize), frameSize)
        expect(CameraMoveSchema.safeParse(move).success).toBe(true)
        expect(difference(pathOf(move), poses), preset).toBeLessThan(preset === 'handheld' ? 0.02 : 0.0012)
      }
    }
  })

  it('have the columns of the format: time in microseconds, shares of the frame, world to camera with y down', () => {
    const pose: CameraPose = { position: [1, 2, 3], rotation: rotationOf({ yaw: 90, pitch: 0, roll: 0 }), focalLengthMm: 18 }
    const [title, , row] = write([pathOf(defaultMove('static'), 1)[0]!, pose]).split('\n')
    expect(title).toBe('a test')
    const numbers = row!.split(' ').map(Number)
    expect(numbers.slice(0, 7)).toEqual([41_667, 0.5, 0.888888889, 0.5, 0.5, 0, 0])
    // Looking along +X from (1, -2, 3) with y down: the camera's right is -Z, its forward is +X.
    expect(numbers.slice(7)).toEqual([0, 0, -1, 3, 0, 1, 0, 2, 1, 0, 0, -1])
  })

  it('keep few keyframes where the path is straight and never more than a document holds', () => {
    const count = (move: CameraMove): number => (readPoseFile(write(pathOf(move, 121)), WIDE) as Extract<CameraMove, { kind: 'keyframes' }>).keyframes.length
    expect(count({ kind: 'preset', preset: 'truck', amount: 2, easing: 'linear' })).toBe(2)
    expect(count({ kind: 'preset', preset: 'pan', amount: 90, easing: 'linear' })).toBe(2)
    expect(count({ kind: 'preset', preset: 'orbit', amount: 60, easing: 'ease-in-out' })).toBeGreaterThan(5)
    expect(count({ kind: 'preset', preset: 'handheld', amount: 6, easing: 'linear', frequencyHz: 4 })).toBe(64)
  })

  it('make the first frame the origin', () => {
    const poses = pathOf(defaultMove('dolly')).map((pose) => ({ ...pose, position: [pose.position[0] + 7, pose.position[1] - 2, pose.position[2]] as const }))
    expect(difference(pathOf(readPoseFile(write(poses), WIDE)), pathOf(defaultMove('dolly')))).toBeLessThan(0.0012)
  })

  it('are refused by line where something is wrong with them', () => {
    const good = write(pathOf(defaultMove('pan'), 3)).trimEnd().split('\n')
    const replaced = (line: number, change: (columns: string[]) => string[]): string => good.map((text, index) => (index === line ? change(text.split(' ')).join(' ') : text)).join('\n')
    const cases: Readonly<Record<string, string>> = {
      '': 'holds no frames', 'only a title': 'holds no frames', [good.slice(0, 2).join('\n')]: 'holds one frame',
      [replaced(2, (columns) => columns.slice(1))]: 'Line 3 of the pose file has 18 columns; 19 are due',
      [replaced(1, (columns) => columns.with(4, 'x'))]: 'Line 2 of the pose file: column 5 is not a number',
      [replaced(3, (columns) => columns.with(9, 'NaN'))]: 'Line 4 of the pose file: column 10 is not a number',
      [replaced(2, (columns) => columns.with(1, '0'))]: 'Line 3 of the pose file has a focal length of 0',
      [replaced(2, (columns) => columns.with(7, '2'))]: 'Line 3 of the pose file: its matrix is not a rotation',
    }
    for (const [text, message] of Object.entries(cases)) expect(() => readPoseFile(text, WIDE)).toThrow(message)
    expect(() => readPoseFile(good.join('\r\n'), WIDE)).not.toThrow()
  })
})

describe('eulerOf', () => {
  it('gives back the angles that made the rotation, also past a half turn and straight up', () => {
    let before = { yaw: 0, pitch: 0, roll: 0 }
    for (let yaw = 0; yaw <= 720; yaw += 15) {
      const turn = { yaw, pitch: 20 * Math.sin(yaw), roll: yaw / 30 }
      before = eulerOf(rotationOf(turn), before)
      for (const angle of ['yaw', 'pitch', 'roll'] as const) expect(before[angle]).toBeCloseTo(turn[angle], 6)
    }
    for (const pitch of [90, -90]) {
      const rotation = rotationOf({ yaw: 40, pitch, roll: 10 })
      rotationOf(eulerOf(rotation, { yaw: 0, pitch: 0, roll: 0 })).forEach((value, index) => expect(value).toBeCloseTo(rotation[index]!, 9))
    }
  })
})
