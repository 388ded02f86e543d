/** Dialect "previz": short clauses in the order that the embedded model was trained on: size, prompt, style. */
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { mapToKnownWords } from './lexicon.ts'
import { collapseSpace } from './sentences.ts'
import { coarseShotSizeWords } from './shot-words.ts'

export function compilePreviz({ shot, project, pack }: PromptInput): CompiledPrompt {
  const size = shot.shotSize ? coarseShotSizeWords[shot.shotSize] : ''
  // Size words are the dialect's own, so they never count as unknown; the camera travels as numbers.
  const words = pack.knownWords ?? null
  const said = `${shot.prompt}\n${project.styleLine}`
  const mapped = words ? mapToKnownWords(said, words) : { text: collapseSpace(said), unknownWords: [] }
  const negative = words ? mapToKnownWords(shot.negativePrompt, words).text : collapseSpace(shot.negativePrompt)
  return {
    prompt: [size, mapped.text].filter((part) => part !== '').join(', '),
    negativePrompt: pack.abilities.negativePrompt ? negative : '',
    unknownWords: mapped.unknownWords,
  }
}
