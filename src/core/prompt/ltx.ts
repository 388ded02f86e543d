/**
 * Dialect "ltx": one literal paragraph in the order that Lightricks' guide gives: the action first, then the camera's angle,
 * its one move, and light and style last. Pan, truck, dolly and zoom are told apart; a static camera is said to rest.
 */
import type { CameraMove } from '../document/schema.ts'
import { PLAIN_CAMERA_WORDING, type CameraWording } from '../camera/moves.ts'
import { angleOf, lensWords, moveWords, sizeWords, withArticle } from './framing-words.ts'
import type { CompiledPrompt, PromptInput } from './prompt-input.ts'
import { asSentences, collapseSpace } from './sentences.ts'

const WORDING: CameraWording = Object.freeze({
  ...PLAIN_CAMERA_WORDING,
  static: { positive: 'the camera remains stationary', negative: 'the camera remains stationary' },
  pan: { positive: 'the camera pans to the right', negative: 'the camera pans to the left' },
  truck: { positive: 'the camera dollies to the right', negative: 'the camera dollies to the left' },
  pedestal: { positive: 'the camera rises straight up', negative: 'the camera sinks straight down' },
  dolly: { positive: 'the camera dollies in', negative: 'the camera dollies out' },
  crane: { positive: 'the camera jibs up', negative: 'the camera jibs down' },
  handheld: { positive: 'the camera is handheld and sways slightly', negative: 'the camera is handheld and sways slightly' },
})

export function compileLtx(input: PromptInput): CompiledPrompt {
  const { shot, project, pack } = input
  return {
    prompt: asSentences([shot.prompt, framing(input), moveWords({ ...input, shot: { ...shot, camera: leadingMove(shot.camera) } }, WORDING), project.styleLine]),
    negativePrompt: pack.abilities.negativePrompt ? collapseSpace(shot.negativePrompt) : '',
    unknownWords: [],
  }
}

/** "The camera angle is a medium close-up, low angle, with a telephoto lens." */
function framing(input: PromptInput): string {
  const [size, angle, lens] = [sizeWords(input), angleOf(input), lensWords(input)]
  const view = [withArticle(size), size === '' ? withArticle(angle) : angle].filter((part) => part !== '').join(', ')
  if (view === '') return lens === '' ? '' : `the shot is taken with ${withArticle(lens)}`
  return `the camera angle is ${view}${lens === '' ? '' : `, with ${withArticle(lens)}`}`
}

/** Two moves at once are read as a contradiction: the first one counts. */
function leadingMove(move: CameraMove): CameraMove {
  if (move.kind !== 'combined') return move
  const [first] = move.moves.filter(({ preset }) => preset !== 'static')
  return first === undefined ? move : { kind: 'preset', ...first }
}
