/**
 * Camera paths as text files of the RealEstate10K dataset, which camera-controlled models and trackers read and write.
 * A first line of free text, then a line a frame: timestamp, fx, fy, cx, cy (shares of width and height), two zeros, and the
 * twelve numbers of the 3x4 world-to-camera matrix, row by row (x right, y down, z forward).
 * Source: Zhou et al. 2018, "Stereo Magnification", section 4; google.github.io/realestate10k.
 */
import type { CameraKeyframe, CameraMove, FrameRate, FrameSize } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { eulerOf } from './euler.ts'
import { FULL_FRAME_MM, apply, relativePose, transpose } from './pose.ts'
import type { CameraPose, EulerDegrees, Matrix3, Vector3 } from './pose.ts'
import { thinKeyframes } from './thin-keyframes.ts'

const COLUMNS = 19
const MAX_ROWS = 20_000
const MICROSECONDS = 1_000_000
/** Matrices are written with a few digits; what is further from a rotation was not one. */
const ROTATION_TOLERANCE = 1e-3

/** The path as a pose file; `title` is its free first line (line breaks become spaces). */
export function writePoseFile(poses: readonly CameraPose[], { frameSize, frameRate, title }: { readonly frameSize: FrameSize; readonly frameRate: FrameRate; readonly title: string }): string {
  const longerSide = Math.max(frameSize.width, frameSize.height)
  const rows = poses.map(({ position, rotation, focalLengthMm }, frame) => {
    const focalPixels = (focalLengthMm / FULL_FRAME_MM) * longerSide
    const toCamera = mirrored(transpose(rotation))
    const [x, y, z] = apply(toCamera, [position[0], -position[1], position[2]])
    const timestamp = Math.round((frame * frameRate.den * MICROSECONDS) / frameRate.num)
    const intrinsics = [focalPixels / frameSize.width, focalPixels / frameSize.height, 0.5, 0.5, 0, 0]
    const matrix = [...toCamera.slice(0, 3), -x, ...toCamera.slice(3, 6), -y, ...toCamera.slice(6, 9), -z]
    return [timestamp, ...[...intrinsics, ...matrix].map(plainNumber)].join(' ')
  })
  return `${title.replaceAll(/\s+/g, ' ').trim() || 'Shotwright'}\n${rows.join('\n')}\n`
}

/**
 * A camera move of keyframes from a pose file; the first frame becomes the origin, `frameSize` says which side the focal
 * lengths are shares of, and lengths are taken for metres. Frames that lie on straight ways between others are left out.
 * Throws INVALID_INPUT naming the line and what is wrong with it.
 */
export function readPoseFile(text: string, frameSize: FrameSize): CameraMove {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 })).slice(1).filter(({ line }) => line !== '')
  if (lines.length < 2) throw invalid(`The pose file holds ${lines.length === 0 ? 'no frames' : 'one frame'} below its first line; a path needs at least two.`)
  if (lines.length > MAX_ROWS) throw invalid(`The pose file holds ${lines.length} frames; at most ${MAX_ROWS} are read.`)
  const poses = lines.map(({ line, number }) => poseOf(line, number, frameSize))
  const origin = poses[0]!
  let before: EulerDegrees = { yaw: 0, pitch: 0, roll: 0 }
  const keyframes = poses.map((pose, frame): CameraKeyframe => {
    const { position, rotation, focalLengthMm } = relativePose(pose, origin)
    before = eulerOf(rotation, before)
    return { at: frame / (poses.length - 1), position, rotation: before, focalLengthMm, easing: 'linear' }
  })
  return { kind: 'keyframes', keyframes: thinKeyframes(keyframes) }
}

function poseOf(line: string, lineNumber: number, frameSize: FrameSize): CameraPose {
  const numbers = line.split(/\s+/).map(Number)
  if (numbers.length !== COLUMNS) throw invalid(`Line ${lineNumber} of the pose file has ${numbers.length} columns; ${COLUMNS} are due (time, fx, fy, cx, cy, 0, 0 and a 3x4 matrix).`)
  const wrong = numbers.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw invalid(`Line ${lineNumber} of the pose file: column ${wrong + 1} is not a number.`)
  const [, fx, fy, , , , , ...matrix] = numbers as [number, number, number, ...number[]]
  const focal = frameSize.width >= frameSize.height ? fx : fy
  if (!(focal > 0)) throw invalid(`Line ${lineNumber} of the pose file has a focal length of ${focal}.`)
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = matrix as [number, number, number, number, number, number, number, number, number, number, number, number]
  const toCamera: Matrix3 = [a, b, c, d, e, f, g, h, i]
  if (!isRotation(toCamera)) throw invalid(`Line ${lineNumber} of the pose file: its matrix is not a rotation.`)
  const [x, y, z] = apply(transpose(toCamera), [-tx, -ty, -tz])
  return { position: [x, -y, z], rotation: mirrored(transpose(toCamera)), focalLengthMm: focal * FULL_FRAME_MM }
}

/** The same rotation with the y axis turned round: their y points down, ours up. */
function mirrored(m: Matrix3): Matrix3 {
  return [m[0], -m[1], m[2], -m[3], m[4], -m[5], m[6], -m[7], m[8]]
}

function isRotation(m: Matrix3): boolean {
  const rows: readonly Vector3[] = [[m[0], m[1], m[2]], [m[3], m[4], m[5]], [m[6], m[7], m[8]]]
  const dot = (p: Vector3, q: Vector3): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
  const isOrthonormal = rows.every((row, index) => rows.every((other, at) => Math.abs(dot(row, other) - (index === at ? 1 : 0)) < ROTATION_TOLERANCE))
  const determinant = m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6])
  return isOrthonormal && determinant > 0
}

/** Nine decimals, no exponents, no minus zero: what the readers of such files parse. */
function plainNumber(value: number): string {
  const text = value.toFixed(9)
  return Number(text) === 0 ? '0.000000000' : text
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy: 'Choose a file in the RealEstate10K format, as CameraCtrl and Wan-Fun use it.' })
}
