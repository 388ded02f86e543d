/** Shot sizes and camera angles in the words that prompts use. */
import type { CameraAngle, ShotSize } from '../document/schema.ts'

/** Spelled out, as models with an open vocabulary read them. */
export const shotSizeWords: Readonly<Record<ShotSize, string>> = Object.freeze({
  ECU: 'extreme close-up',
  BCU: 'big close-up',
  CU: 'close-up',
  MCU: 'medium close-up',
  MS: 'medium shot',
  MLS: 'medium long shot',
  LS: 'wide shot',
  ELS: 'extreme wide shot',
  INSERT: 'insert shot of a detail',
  TWO_SHOT: 'two-shot',
  OTS: 'over-the-shoulder shot',
  POV: 'point-of-view shot',
})

/** The twelve sizes on the three that a closed vocabulary tells apart. */
export const coarseShotSizeWords: Readonly<Record<ShotSize, 'close-up' | 'medium shot' | 'wide shot'>> = Object.freeze({
  ECU: 'close-up',
  BCU: 'close-up',
  CU: 'close-up',
  MCU: 'medium shot',
  MS: 'medium shot',
  MLS: 'medium shot',
  LS: 'wide shot',
  ELS: 'wide shot',
  INSERT: 'close-up',
  TWO_SHOT: 'medium shot',
  OTS: 'medium shot',
  POV: 'wide shot',
})

export const angleWords: Readonly<Record<CameraAngle, string>> = Object.freeze({
  eye: 'eye-level angle',
  high: 'high angle',
  low: 'low angle',
  overhead: 'overhead view',
  ground: 'ground-level angle',
  dutch: 'dutch angle',
})
