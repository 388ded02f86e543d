/**
 * Dialect "cogvideox": the flowing captions that these models were trained on. What happens comes first, then how it is
 * filmed, as sentences and not as keywords; style last, because 226 tokens are all that is read.
 */
import { PLAIN_CAMERA_WORDING, type CameraWording } from '../camera/moves.ts'
import { angleOf, lensWords, moveWords, sizeWords, withArticle } from './framing-words.ts'
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { asSentences, collapseSpace } from './sentences.ts'

const WORDING: CameraWording = Object.freeze({
  ...PLAIN_CAMERA_WORDING,
  static: { positive: 'the camera remains still', negative: 'the camera remains still' },
  handheld: { positive: 'the camera is handheld and sways a little', negative: 'the camera is handheld and sways a little' },
})

export function compileCogVideoX(input: PromptInput): CompiledPrompt {
  const { shot, project, pack } = input
  return {
    prompt: asSentences([shot.prompt, framing(input), moveWords(input, WORDING), project.styleLine]),
    negativePrompt: pack.abilities.negativePrompt ? collapseSpace(shot.negativePrompt) : '',
    unknownWords: [],
  }
}

/** "The scene is shown in a medium close-up from a low angle through a telephoto lens." */
function framing(input: PromptInput): string {
  const [size, angle, lens] = [sizeWords(input), angleOf(input), lensWords(input)]
  const parts = [size && `in ${withArticle(size)}`, angle && `from ${withArticle(angle)}`, lens && `through ${withArticle(lens)}`].filter((part) => part !== '')
  return parts.length === 0 ? '' : `the scene is shown ${parts.join(' ')}`
}
