/** Compiles a shot into the prompt of its pack's dialect. */
import { StudioError } from '../errors.ts'
import { compileCogVideoX } from './cogvideox.ts'
import { compileHunyuan15 } from './hunyuan15.ts'
import { compileLtx } from './ltx.ts'
import { compilePreviz } from './previz.ts'
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { compileWan } from './wan.ts'

export type { CompiledPrompt, PromptInput, PromptPack, PromptShot } from './prompt-input.ts'

type Dialect = (input: PromptInput) => CompiledPrompt

const DIALECTS: Readonly<Record<string, Dialect>> = Object.freeze({
  previz: compilePreviz, wan: compileWan, cogvideox: compileCogVideoX, ltx: compileLtx, hunyuan15: compileHunyuan15,
})

/** Throws PACK_MALFORMED where the pack asks for a dialect that this build does not speak. */
export function compilePrompt(input: PromptInput): CompiledPrompt {
  const { packId, promptDialect } = input.pack
  const dialect = Object.hasOwn(DIALECTS, promptDialect) ? DIALECTS[promptDialect] : undefined
  if (!dialect) {
    throw new StudioError({
      code: 'PACK_MALFORMED',
      message: `The pack "${packId}" wants its prompts in the dialect "${promptDialect}", which is unknown.`,
      remedy: `Choose another pack, or one of the dialects ${Object.keys(DIALECTS).join(', ')} in its manifest.`,
    })
  }
  return dialect(input)
}
