/** Dialect "wan": natural sentences for models with an open vocabulary: size and angle, prompt, camera, style. */
import { cameraWords } from '../camera/moves.ts'
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { angleWords, shotSizeWords } from './shot-words.ts'

export function compileWan({ shot, project, pack }: PromptInput): CompiledPrompt {
  const framing = [shot.shotSize && shotSizeWords[shot.shotSize], shot.angle && angleWords[shot.angle]].filter((part) => part !== null)
  // A pack that takes the camera as numbers would be told twice, and not quite the same.
  const camera = pack.camera === 'prompt' ? cameraWords(shot.camera) : ''
  return {
    prompt: [framing.join(', '), shot.prompt, camera, project.styleLine].map(asSentence).filter((part) => part !== '').join(' '),
    negativePrompt: pack.abilities.negativePrompt ? collapseSpace(shot.negativePrompt) : '',
    unknownWords: [],
  }
}

const ENDS_SENTENCE = /[.!?…。！？"”’」』)]$/u

function asSentence(text: string): string {
  const collapsed = collapseSpace(text)
  if (collapsed === '') return ''
  const first = String.fromCodePoint(collapsed.codePointAt(0)!)
  return first.toLocaleUpperCase('en') + collapsed.slice(first.length) + (ENDS_SENTENCE.test(collapsed) ? '' : '.')
}

function collapseSpace(text: string): string {
  return text.split(/\s+/u).filter((part) => part !== '').join(' ')
}
