/**
 * Dialect "hunyuan15": the order of the prompts that Tencent's rewriter makes for HunyuanVideo-1.5: subject and action first,
 * then camera, shot and angle as short statements, and the style in one closing sentence. Quoted words stay quoted: they are
 * spelled in the picture.
 */
import { PLAIN_CAMERA_WORDING, type CameraWording } from '../camera/moves.ts'
import { angleOf, lensWords, moveWords, sizeWords, withArticle } from './framing-words.ts'
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { asSentences, collapseSpace } from './sentences.ts'

const WORDING: CameraWording = Object.freeze({
  ...PLAIN_CAMERA_WORDING,
  static: { positive: 'the camera remains static', negative: 'the camera remains static' },
  roll: { positive: 'the camera rotates clockwise', negative: 'the camera rotates counterclockwise' },
  truck: { positive: 'the camera moves to the right', negative: 'the camera moves to the left' },
  pedestal: { positive: 'the camera moves upward', negative: 'the camera moves downward' },
  dolly: { positive: 'the camera moves forward', negative: 'the camera moves backward' },
  orbit: { positive: 'the camera circles around the subject to the right', negative: 'the camera circles around the subject to the left' },
  crane: { positive: 'the camera cranes upward', negative: 'the camera cranes downward' },
  tracking: { positive: 'the camera follows the subject to the right', negative: 'the camera follows the subject to the left' },
  handheld: { positive: 'handheld shooting', negative: 'handheld shooting' },
})

export function compileHunyuan15(input: PromptInput): CompiledPrompt {
  const { shot, project, pack } = input
  return {
    prompt: asSentences([shot.prompt, moveWords(input, WORDING), ...framing(input), style(project.styleLine)]),
    negativePrompt: pack.abilities.negativePrompt ? collapseSpace(shot.negativePrompt) : '',
    unknownWords: [],
  }
}

/** "The shot is a medium close-up from a low angle." and "It is filmed with a telephoto lens." */
function framing(input: PromptInput): readonly string[] {
  const [size, angle, lens] = [sizeWords(input), angleOf(input), lensWords(input)]
  const shot = [withArticle(size), angle && `from ${withArticle(angle)}`].filter((part) => part !== '').join(' ')
  return [shot && `the shot is ${shot}`, lens && `it is filmed with ${withArticle(lens)}`]
}

/** The rewriter closes every prompt like this; a line that is a sentence of its own is left as it is. */
function style(styleLine: string): string {
  const words = collapseSpace(styleLine).replace(/[.。]$/u, '')
  if (words === '' || /[.!?。！？]/u.test(words)) return styleLine
  return `the overall video presents the following style: ${words}`
}
