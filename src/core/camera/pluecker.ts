/**
 * Pluecker maps: for every pixel the line of sight as (o x d, d), the camera input of CameraCtrl (He et al. 2024) and of the
 * Wan Fun Control-Camera models. docs/pack-format.md gives axes, units and channel order.
 */
import type { FrameSize } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { HALF_SENSOR_MM } from './flow-field.ts'
import type { CameraPose, Vector3 } from './pose.ts'

export interface PlueckerInput {
  /** One pose a frame, as cameraPath gives them: frame 0 is the identity. */
  readonly poses: readonly CameraPose[]
  readonly frameSize: FrameSize
  /** Frames a latent frame; the number of poses is a multiple of it plus one. */
  readonly temporalCompression: number
  readonly subjectDistanceM: number
  /** The subject distance in the model's unit of length: travel is told relative to what the camera looks at. */
  readonly subjectDistanceUnits: number
}

/** Of one line: moment o x d, then direction d. */
const COMPONENTS = 6

/**
 * The maps of the frames that one latent frame covers: float32 [6 t, height, width]. The channel of component c of the k-th frame
 * is c t + k; latent frame 0 is frame 0, t times. Throws INVALID_INPUT where poses and compression do not fit together.
 */
export function plueckerMap(input: PlueckerInput, latentFrame: number): Float32Array {
  const { poses, frameSize, temporalCompression, subjectDistanceM, subjectDistanceUnits } = input
  checkPoses(poses.length, temporalCompression)
  if (!(Number.isFinite(subjectDistanceM) && subjectDistanceM > 0)) throw invalid(`The subject distance of ${subjectDistanceM} m is not a distance.`)
  const unitsPerMetre = subjectDistanceUnits / subjectDistanceM
  const plane = frameSize.width * frameSize.height
  const map = new Float32Array(COMPONENTS * temporalCompression * plane)
  for (let k = 0; k < temporalCompression; k++) {
    const frame = latentFrame === 0 ? 0 : temporalCompression * (latentFrame - 1) + 1 + k
    const pose = poses[frame]
    if (pose === undefined) throw new RangeError(`There is no latent frame ${latentFrame} in ${poses.length} poses.`)
    writeFrame(map, k * plane, temporalCompression * plane, pose, unitsPerMetre, frameSize)
  }
  return map
}

/**
 * Writes one frame's six planes, `stride` apart, from `start`. Pixels are sampled at their centres; the lens axis goes through the
 * middle of the frame. Written out in plain numbers: a clip has tens of millions of lines.
 */
function writeFrame(map: Float32Array, start: number, stride: number, pose: CameraPose, unitsPerMetre: number, { width, height }: FrameSize): void {
  const focalPixels = (pose.focalLengthMm / HALF_SENSOR_MM) * (Math.max(width, height) / 2)
  const [ox, oy, oz] = downward(pose.position).map((metres) => metres * unitsPerMetre) as [number, number, number]
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = pose.rotation
  for (let row = 0; row < height; row++) {
    const v = (row + 0.5 - height / 2) / focalPixels
    for (let column = 0; column < width; column++) {
      const u = (column + 0.5 - width / 2) / focalPixels
      const length = Math.sqrt(u * u + v * v + 1)
      const dx = (xx * u - xy * v + xz) / length
      const dy = -(yx * u - yy * v + yz) / length
      const dz = (zx * u - zy * v + zz) / length
      const at = start + row * width + column
      map[at] = oy * dz - oz * dy
      map[at + stride] = oz * dx - ox * dz
      map[at + 2 * stride] = ox * dy - oy * dx
      map[at + 3 * stride] = dx
      map[at + 4 * stride] = dy
      map[at + 5 * stride] = dz
    }
  }
}

/** From this core's axes (Y up) to those of the models (Y down). */
function downward([x, y, z]: Vector3): Vector3 {
  return [x, -y, z]
}

function checkPoses(count: number, temporalCompression: number): void {
  if (count >= 1 && (count - 1) % temporalCompression === 0) return
  throw invalid(`${count} frames do not make whole latent frames: a multiple of ${temporalCompression} plus one does.`)
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy: 'Use a frame size and length that the pack lists.' })
}
