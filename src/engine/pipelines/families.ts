/** Which pipeline runs which family of models; a new family is one row and one file. */
import { StudioError } from '#core/errors.ts'
import type { VerifiedPack } from '../packs/verify-pack.ts'
import type { Pipeline } from './generation-job.ts'
import { generateWith } from './generate.ts'
import type { Family } from './generate.ts'
import { COGVIDEOX } from './cogvideox.ts'
import { HUNYUAN15 } from './hunyuan15.ts'
import { LTX } from './ltx.ts'
import { WAN } from './wan.ts'

export const FAMILIES: Readonly<Record<string, Family>> = Object.freeze({ cogvideox: COGVIDEOX, hunyuan15: HUNYUAN15, ltx: LTX, wan: WAN })

/** Throws MODEL_UNSUPPORTED for a family that this version cannot run. */
export function pipelineOf(pack: VerifiedPack): Pipeline {
  return generateWith(familyOf(pack))
}

/** Throws as `pipelineOf` does. */
export function familyOf({ manifest }: VerifiedPack): Family {
  const family = Object.hasOwn(FAMILIES, manifest.family) ? FAMILIES[manifest.family] : undefined
  if (family !== undefined) return family
  throw new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `The pack "${manifest.name}" is of the family "${manifest.family}", which this version cannot run.`,
    remedy: `Update Shotwright, or choose a pack of the family ${Object.keys(FAMILIES).join(' or ')}.`,
  })
}
