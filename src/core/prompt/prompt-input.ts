/** What a prompt is compiled from, and what comes of it. */
import type { Project, Shot } from '../document/schema.ts'
import type { PackFacts } from '../planning/pack-facts.ts'

/** The part of a shot that words are made of. */
export type PromptShot = Pick<Shot, 'prompt' | 'negativePrompt' | 'shotSize' | 'angle' | 'camera' | 'lensMm'>
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
