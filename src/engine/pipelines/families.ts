/** Which pipeline runs which family of models; a new family is one row and one file. */
import { StudioError } from '#core/errors.ts'
import type { VerifiedPack } from '../packs/verify-pack.ts'
import type { Pipeline } from './generation-job.ts'
import { generateWan } from './wan.ts'

const PIPELINES: Readonly<Record<string, Pipeline>> = Object.freeze({ wan: generateWan })

/** Throws MODEL_UNSUPPORTED for a family that this version cannot run. */
export function pipelineOf({ manifest }: VerifiedPack): Pipeline {
  const pipeline = Object.hasOwn(PIPELINES, manifest.family) ? PIPELINES[manifest.family] : undefined
  if (pipeline !== undefined) return pipeline
  throw new StudioError({
    code: 'MODEL_UNSUPPORTED',
    message: `The pack "${manifest.name}" is of the family "${manifest.family}", which this version cannot run.`,
    remedy: `Update Shotwright, or choose a pack of the family ${Object.keys(PIPELINES).join(' or ')}.`,
  })
}

