/** Projects points of the world into a camera's picture: what a path shows can be checked, and drawn as a wireframe. */
import { HALF_SENSOR_MM } from './flow-field.ts'
import { apply, transpose } from './pose.ts'
import type { CameraPose, Vector3 } from './pose.ts'

export interface ImagePoint {
  /** Centred, u right, v down, in half longer frame sides. */
  readonly u: number
  readonly v: number
  /** Metres in front of the camera. */
  readonly depth: number
}

/** Where a point is seen; null where it is not in front of the camera. */
export function projectPoint(pose: CameraPose, [x, y, z]: Vector3): ImagePoint | null {
  const [px, py, pz] = pose.position
  const [cx, cy, depth] = apply(transpose(pose.rotation), [x - px, y - py, z - pz])
  if (depth <= 0) return null
  const focal = pose.focalLengthMm / HALF_SENSOR_MM
  return { u: (focal * cx) / depth, v: (-focal * cy) / depth, depth }
}
