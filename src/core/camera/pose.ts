/** Camera poses and the little linear algebra they need. Axes: X right, Y up, Z forward; metres; matrices row-major. */

export type Vector3 = readonly [number, number, number]
/** 3x3, row-major. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number]

export interface CameraPose {
  /** Metres from where frame 0 stands, in frame 0's axes. */
  readonly position: Vector3
  /** Camera to world. */
  readonly rotation: Matrix3
  /** Full-frame equivalent. */
  readonly focalLengthMm: number
  /** Metres to the plane in focus; absent where the move says nothing of focus. */
  readonly focusDistanceM?: number
}

/** Yaw right, pitch up and roll clockwise are positive. */
export interface EulerDegrees {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
}

/** Long side of the full-frame sensor that focal lengths in millimetres refer to. */
export const FULL_FRAME_MM = 36

export const IDENTITY: Matrix3 = Object.freeze([1, 0, 0, 0, 1, 0, 0, 0, 1] as const)
export const ORIGIN: Vector3 = Object.freeze([0, 0, 0] as const)

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}

/** Camera-to-world rotation: yaw about Y, then pitch about X, then roll about the lens axis. */
export function rotationOf({ yaw, pitch, roll }: EulerDegrees): Matrix3 {
  const [cy, sy] = [Math.cos(radians(yaw)), Math.sin(radians(yaw))]
  const [cp, sp] = [Math.cos(radians(pitch)), Math.sin(radians(pitch))]
  const [cr, sr] = [Math.cos(radians(roll)), Math.sin(radians(roll))]
  return multiply(multiply([cy, 0, sy, 0, 1, 0, -sy, 0, cy], [1, 0, 0, 0, cp, sp, 0, -sp, cp]), [cr, sr, 0, -sr, cr, 0, 0, 0, 1])
}

export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  return [
    a[0] * b[0] + a[1] * b[3] + a[2] * b[6], a[0] * b[1] + a[1] * b[4] + a[2] * b[7], a[0] * b[2] + a[1] * b[5] + a[2] * b[8],
    a[3] * b[0] + a[4] * b[3] + a[5] * b[6], a[3] * b[1] + a[4] * b[4] + a[5] * b[7], a[3] * b[2] + a[4] * b[5] + a[5] * b[8],
    a[6] * b[0] + a[7] * b[3] + a[8] * b[6], a[6] * b[1] + a[7] * b[4] + a[8] * b[7], a[6] * b[2] + a[7] * b[5] + a[8] * b[8],
  ]
}

export function apply(matrix: Matrix3, [x, y, z]: Vector3): Vector3 {
  return [
    matrix[0] * x + matrix[1] * y + matrix[2] * z,
    matrix[3] * x + matrix[4] * y + matrix[5] * z,
    matrix[6] * x + matrix[7] * y + matrix[8] * z,
  ]
}

/** The inverse of a rotation. */
export function transpose(m: Matrix3): Matrix3 {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]]
}

/** A pose as the camera of `origin` sees it: poses of a path are given relative to its first frame. */
export function relativePose(pose: CameraPose, origin: CameraPose): CameraPose {
  const toOrigin = transpose(origin.rotation)
  const [x, y, z] = pose.position
  const [ox, oy, oz] = origin.position
  return {
    position: apply(toOrigin, [x - ox, y - oy, z - oz]),
    rotation: multiply(toOrigin, pose.rotation),
    focalLengthMm: pose.focalLengthMm,
    ...(pose.focusDistanceM === undefined ? {} : { focusDistanceM: pose.focusDistanceM }),
  }
}

/** Weights of four evenly spaced poses for the place in their middle: exact for curves up to the third degree. */
const MIDDLE_OF_FOUR = [-1 / 16, 9 / 16, 9 / 16, -1 / 16]
const MIDDLE_OF_TWO = [1 / 2, 1 / 2]

/**
 * The pose in the middle of two or of four evenly spaced ones: positions by the weights, focal lengths by their ratios,
 * rotations by the weighted mean of their quaternions, which for two is half the way along the shorter arc.
 */
export function middlePose(poses: readonly CameraPose[]): CameraPose {
  const weights = poses.length === 4 ? MIDDLE_OF_FOUR : MIDDLE_OF_TWO
  const reference = quaternionOf(poses[0]!.rotation)
  const position = [0, 0, 0]
  const rotation = [0, 0, 0, 0]
  let logFocal = 0
  for (const [index, weight] of weights.entries()) {
    const pose = poses[index]!
    const quaternion = quaternionOf(pose.rotation)
    const side = reference.reduce((dot, part, axis) => dot + part * quaternion[axis]!, 0) < 0 ? -1 : 1
    for (let axis = 0; axis < 3; axis++) position[axis]! += weight * pose.position[axis]!
    for (let axis = 0; axis < 4; axis++) rotation[axis]! += weight * side * quaternion[axis]!
    logFocal += weight * Math.log(pose.focalLengthMm)
  }
  return { position: position as unknown as Vector3, rotation: matrixOf(rotation as unknown as Quaternion), focalLengthMm: Math.exp(logFocal) }
}

type Quaternion = readonly [number, number, number, number]

/** Divides by the largest component, so that no rotation is near a singularity. */
function quaternionOf(m: Matrix3): Quaternion {
  const squares = [1 + m[0] + m[4] + m[8], 1 + m[0] - m[4] - m[8], 1 - m[0] + m[4] - m[8], 1 - m[0] - m[4] + m[8]] as const
  const largest = squares.indexOf(Math.max(...squares))
  const [a, b, c] = [m[7] - m[5], m[2] - m[6], m[3] - m[1]]
  const [d, e, f] = [m[3] + m[1], m[2] + m[6], m[7] + m[5]]
  const candidates: readonly Quaternion[] = [[squares[0], a, b, c], [a, squares[1], d, e], [b, d, squares[2], f], [c, e, f, squares[3]]]
  return normalised(candidates[largest] ?? candidates[0]!)
}

function normalised(q: Quaternion): Quaternion {
  const length = Math.hypot(...q)
  return [q[0] / length, q[1] / length, q[2] / length, q[3] / length]
}

/** Of a quaternion of any length. */
function matrixOf(q: Quaternion): Matrix3 {
  const scale = 2 / (q[0] ** 2 + q[1] ** 2 + q[2] ** 2 + q[3] ** 2)
  const [w, x, y, z] = q
  return [
    1 - scale * (y * y + z * z), scale * (x * y - w * z), scale * (x * z + w * y),
    scale * (x * y + w * z), 1 - scale * (x * x + z * z), scale * (y * z - w * x),
    scale * (x * z - w * y), scale * (y * z + w * x), 1 - scale * (x * x + y * y),
  ]
}
