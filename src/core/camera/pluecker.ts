/**
 * Pluecker maps: for every pixel the line of sight as (o x d, d), the camera input of CameraCtrl (He et al. 2024) and of the
 * Wan Fun Control-Camera models. docs/pack-format.md gives axes, units and channel order.
 */
import type { FrameSize } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { HALF_SENSOR_MM } from './flow-field.ts'
import { apply } from './pose.ts'
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
    writeFrame(pose, unitsPerMetre, frameSize, (component, pixel, value) => {
      map[(component * temporalCompression + k) * plane + pixel] = value
    })
  }
  return map
}

/** Pixels are sampled at their centres; the lens axis goes through the middle of the frame. */
function writeFrame(pose: CameraPose, unitsPerMetre: number, { width, height }: FrameSize, write: (component: number, pixel: number, value: number) => void): void {
  const focalPixels = (pose.focalLengthMm / HALF_SENSOR_MM) * (Math.max(width, height) / 2)
  const origin = downward(pose.position.map((metres) => metres * unitsPerMetre) as unknown as Vector3)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const u = (column + 0.5 - width / 2) / focalPixels
      const v = (row + 0.5 - height / 2) / focalPixels
      const length = Math.hypot(u, v, 1)
      const direction = downward(apply(pose.rotation, [u / length, -v / length, 1 / length]))
      const line = [...cross(origin, direction), ...direction]
      for (let component = 0; component < COMPONENTS; component++) write(component, row * width + column, line[component] as number)
    }
  }
}

/** Between this core's axes (Y up) and those of the models (Y down). */
function downward([x, y, z]: Vector3): Vector3 {
  return [x, -y, z]
}

function cross([ax, ay, az]: Vector3, [bx, by, bz]: Vector3): Vector3 {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]
}

function checkPoses(count: number, temporalCompression: number): void {
  if (count >= 1 && (count - 1) % temporalCompression === 0) return
  throw invalid(`${count} frames do not make whole latent frames: a multiple of ${temporalCompression} plus one does.`)
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'INVALID_INPUT', message, remedy: 'Use a frame size and length that the pack lists.' })
}
