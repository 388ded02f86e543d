/** Compiles a shot into the prompt of its pack's dialect. */
import type { Project, Shot } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import type { PackFacts } from '../planning/pack-facts.ts'
import { compilePreviz } from './previz.ts'
import { compileWan } from './wan.ts'

/** The part of a shot that words are made of. */
export type PromptShot = Pick<Shot, 'prompt' | 'negativePrompt' | 'shotSize' | 'angle' | 'camera'>
export type PromptPack = Pick<PackFacts, 'packId' | 'promptDialect' | 'knownWords' | 'abilities' | 'camera'>

export interface PromptInput {
  readonly shot: PromptShot
  readonly project: Pick<Project, 'styleLine'>
  readonly pack: PromptPack
}

export interface CompiledPrompt {
  readonly prompt: string
  /** Empty where the pack takes none. */
  readonly negativePrompt: string
  /** Words that the pack does not know and will ignore, in the order of the prompt, each once. */
  readonly unknownWords: readonly string[]
}

type Dialect = (input: PromptInput) => CompiledPrompt

const DIALECTS: Readonly<Record<string, Dialect>> = Object.freeze({ previz: compilePreviz, wan: compileWan })

/** Throws PACK_MALFORMED where the pack asks for a dialect that this build does not speak. */
export function compilePrompt(input: PromptInput): CompiledPrompt {
  const { packId, promptDialect } = input.pack
  const dialect = Object.hasOwn(DIALECTS, promptDialect) ? DIALECTS[promptDialect] : undefined
  if (!dialect) {
    throw new StudioError({
      code: 'PACK_MALFORMED',
      message: `The pack "${packId}" wants its prompts in the dialect "${promptDialect}", which is unknown.`,
      remedy: `Choose another pack, or one of the dialects ${Object.keys(DIALECTS).join(' and ')} in its manifest.`,
    })
  }
  return dialect(input)
}
