/** What was asked in cases whose golden file does not say it: pictures that lie beside the golden files, and camera moves. */
import type { GenerateRequest } from '#contracts/engine-api.ts'

export interface AskedOf {
  readonly firstFrame?: string
  readonly lastFrame?: string
  readonly camera?: GenerateRequest['camera']
}

const TRUCK: GenerateRequest['camera'] = Object.freeze({ kind: 'preset', preset: 'truck', amount: 0.8, easing: 'linear' })

/** As models/export/golden_wan_variants.py ran them. */
export const ASKED: Readonly<Record<string, AskedOf>> = Object.freeze({
  'variant-four-steps-first': { firstFrame: 'picture-32x16-first.png' },
  'variant-four-steps-first-last': { firstFrame: 'picture-32x16-first.png', lastFrame: 'picture-32x16-last.png' },
  'variant-picture-clip': { firstFrame: 'picture-64x48-first.png' },
  'variant-first-last-clip': { firstFrame: 'picture-64x48-first.png', lastFrame: 'picture-64x48-last.png' },
  'variant-fun-camera-picture': { firstFrame: 'picture-32x16-first.png', camera: TRUCK },
  'variant-fun-camera-words': { camera: TRUCK },
  'variant-dmd-picture': { firstFrame: 'picture-64x32-first.png' },
})
