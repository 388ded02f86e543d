/** The dense camera channels that packs with `camera.kind = "flow"` take; docs/pack-format.md defines them. */
import type { FrameSize } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { apply, middlePose } from './pose.ts'
import type { CameraPose } from './pose.ts'

export interface FlowFieldInput {
  /** One pose a frame, as cameraPath gives them: frame 0 is the identity. */
  readonly poses: readonly CameraPose[]
  readonly frameSize: FrameSize
  /** Pixels a latent cell, along each side. */
  readonly spatialCompression: number
  /** Frames a latent frame; the number of poses is a multiple of it plus one. */
  readonly temporalCompression: number
  readonly subjectDistanceM: number
}

export interface FlowField {
  /** Row-major; channels: far plane u, far plane v, subject plane u, subject plane v. */
  readonly data: Float32Array
  /** [1, 4, latent frames, latent rows, latent columns]. */
  readonly shape: readonly [1, 4, number, number, number]
}

/** Channels never leave this range (half longer sides). */
export const FLOW_LIMIT = 4
/** Half of the 36 mm of a full-frame sensor: turns millimetres of focal length into half longer sides. */
export const HALF_SENSOR_MM = 18
/** A ray that points sideways or back meets its plane nowhere ahead; it is held this little forward, and so lands on the limit. */
const LEAST_FORWARD = 1e-3
/** What is less is rounding error: a camera at rest gives exact zeros. */
const ROUNDING = 1e-9

/** Throws INVALID_INPUT where the poses, the frame size and the compressions do not fit together. */
export function flowField(input: FlowFieldInput): FlowField {
  const { poses, frameSize, spatialCompression, temporalCompression, subjectDistanceM } = input
  const frames = latentFrameCount(poses.length, temporalCompression)
  const rows = latentCells(frameSize.height, spatialCompression, 'height')
  const columns = latentCells(frameSize.width, spatialCompression, 'width')
  if (!(Number.isFinite(subjectDistanceM) && subjectDistanceM > 0)) throw invalid(`The subject distance of ${subjectDistanceM} m is not a distance.`)
  const start = poses[0]!
  const data = new Float32Array(4 * frames * rows * columns)
  const plane = frames * rows * columns
  const longerSide = Math.max(rows, columns)
  for (let frame = 0; frame < frames; frame++) {
    const pose = latentPose(poses, frame, temporalCompression)
    for (let row = 0; row < rows; row++) {
      const v = (2 * row + 1 - rows) / longerSide
      for (let column = 0; column < columns; column++) {
        const u = (2 * column + 1 - columns) / longerSide
        const cell = cellFlow(pose, start, u, v, subjectDistanceM)
        const at = (frame * rows + row) * columns + column
        for (let channel = 0; channel < 4; channel++) data[channel * plane + at] = cell[channel]!
      }
    }
  }
  return { data, shape: [1, 4, frames, rows, columns] }
}

/** Where the point that a cell shows was seen in frame 0, minus where it is seen now: far plane (u, v), subject plane (u, v). */
export function cellFlow(pose: CameraPose, start: CameraPose, u: number, v: number, subjectDistanceM: number): readonly [number, number, number, number] {
  const focal = pose.focalLengthMm / HALF_SENSOR_MM
  const focalAtStart = start.focalLengthMm / HALF_SENSOR_MM
  const [x, y, z] = apply(pose.rotation, [u, -v, focal])
  const forward = Math.max(z, LEAST_FORWARD)
  const [px, py, pz] = pose.position
  const reach = Math.max(subjectDistanceM - pz, LEAST_FORWARD * subjectDistanceM) / forward
  return [
    limited((focalAtStart * x) / forward - u),
    limited((-focalAtStart * y) / forward - v),
    limited((focalAtStart * (px + reach * x)) / subjectDistanceM - u),
    limited((-focalAtStart * (py + reach * y)) / subjectDistanceM - v),
  ]
}

/** Latent frame 0 is frame 0 alone; latent frame i covers t frames and takes the pose in their middle. */
function latentPose(poses: readonly CameraPose[], latentFrame: number, temporalCompression: number): CameraPose {
  if (latentFrame === 0) return poses[0]!
  const middle = temporalCompression * latentFrame - (temporalCompression - 1) / 2
  const before = Math.floor(middle)
  if (Number.isInteger(middle)) return poses[before]!
  const hasNeighbours = before > 0 && before + 2 < poses.length
  return middlePose(hasNeighbours ? poses.slice(before - 1, before + 3) : poses.slice(before, before + 2))
}

function latentFrameCount(frameCount: number, temporalCompression: number): number {
  if (!Number.isInteger(temporalCompression) || temporalCompression < 1) throw invalid(`A temporal compression of ${temporalCompression} is impossible.`)
  if (frameCount < 1 || (frameCount - 1) % temporalCompression !== 0) {
    throw invalid(`${frameCount} frames do not make whole latent frames: a multiple of ${temporalCompression} plus one does.`)
  }
  return (frameCount - 1) / temporalCompression + 1
}

function latentCells(pixels: number, compression: number, side: string): number {
  if (!Number.isInteger(compression) || compression < 1) throw invalid(`A spatial compression of ${compression} is impossible.`)
  if (!Number.isInteger(pixels) || pixels < 1 || pixels % compression !== 0) throw invalid(`The frame ${side} of ${pixels} pixels is not a multiple of ${compression}.`)
  return pixels / compression
}

function limited(value: number): number {
  if (Math.abs(value) < ROUNDING) return 0
  return Math.min(FLOW_LIMIT, Math.max(-FLOW_LIMIT, value))
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy: 'Use a frame size and length that the pack lists.' })
}
