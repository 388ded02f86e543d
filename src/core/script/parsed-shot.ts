/** What a script says of one shot. */
import type { CameraAngle, CameraMove, ShotSize, TransitionKind } from '../document/schema.ts'

export interface ParsedShot {
  /** A title of its own: "Shot 3: The boat" above a description. */
  readonly name: string | null
  /** What is seen, without the directions that became fields; within the document's limit. */
  readonly prompt: string
  readonly shotSize: ShotSize | null
  readonly angle: CameraAngle | null
  /** null where the script says nothing of the camera. */
  readonly camera: CameraMove | null
  readonly durationSeconds: number | null
  /** Dialogue, voice-over or caption text. */
  readonly caption: string | null
  /** How this shot leads to the next one. */
  readonly transition: 'cut' | TransitionKind | null
}

/** Fields that directions in running text give. */
export type Directions = Omit<ParsedShot, 'name' | 'prompt' | 'caption'>

export const NO_DIRECTIONS: Directions = Object.freeze({ shotSize: null, angle: null, camera: null, durationSeconds: null, transition: null })
