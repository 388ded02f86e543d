/** The fixed held-out prompts, cameras and seeds of models/training/previz/evaluation/held-out.json, as the scripts read them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CAMERA_PRESETS, SHOT_SIZES } from '#core/document/schema.ts'

export const REPOSITORY = join(import.meta.dirname, '../..')
export const RECIPE = join(REPOSITORY, 'models/training/previz')
export const PACK = join(REPOSITORY, 'models/packs/previz')
/** Not in git: clips, frames and the classifier; safe to delete. */
export const WORK = join(RECIPE, 'work/evaluation')

const PromptSchema = z.object({
  id: z.string(), prompt: z.string(), shotSize: z.enum(SHOT_SIZES),
  camera: z.object({ preset: z.enum(CAMERA_PRESETS), amount: z.number(), lensMm: z.number(), subjectDistanceM: z.number() }),
  width: z.int(), height: z.int(), frames: z.int(), seed: z.int(),
})
export type HeldOutPrompt = z.infer<typeof PromptSchema>

export function readHeldOut(count = Number.POSITIVE_INFINITY): readonly HeldOutPrompt[] {
  const file = join(RECIPE, 'evaluation/held-out.json')
  const { prompts } = z.object({ prompts: z.array(PromptSchema) }).parse(JSON.parse(readFileSync(file, 'utf8')))
  return prompts.slice(0, count)
}
