/** Dialect "wan": natural sentences for models with an open vocabulary: size, angle and lens, prompt, camera, style. Distilled Wan models were trained on the same captions. */
import { angleOf, lensWords, moveWords, sizeWords } from './framing-words.ts'
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { asSentences, collapseSpace } from './sentences.ts'

export function compileWan(input: PromptInput): CompiledPrompt {
  const { shot, project, pack } = input
  const framing = [sizeWords(input), angleOf(input), lensWords(input)].filter((part) => part !== '')
  return {
    prompt: asSentences([framing.join(', '), shot.prompt, moveWords(input), project.styleLine]),
    negativePrompt: pack.abilities.negativePrompt ? collapseSpace(shot.negativePrompt) : '',
    unknownWords: [],
  }
}
