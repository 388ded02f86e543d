/** How the camera move of a shot gets into its picture: told to the pack in one of its ways, done on the picture, or not at all. */
import type { Shot } from '../document/schema.ts'
import type { PackCamera } from '../planning/pack-facts.ts'
import { isStaticMove } from './moves.ts'

/** `picture`: a window over the finished take. `flow`, `pluecker` and `prompt` are ways to tell the pack. */
export type CameraCarrier = 'nothing-to-do' | 'picture' | 'flow' | 'pluecker' | 'prompt' | 'ignored'

export function cameraCarrier({ camera, framing }: Pick<Shot, 'camera' | 'framing'>, packCamera: PackCamera): CameraCarrier {
  if (isStaticMove(camera)) return 'nothing-to-do'
  if (framing?.isCameraVirtual) return 'picture'
  return packCamera === 'none' ? 'ignored' : packCamera
}
