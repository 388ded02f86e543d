/** How a shot is framed and filmed in the words of captions: size, angle, lens and camera move. */
import { cameraWordsIn, PLAIN_CAMERA_WORDING, type CameraWording } from '../camera/moves.ts'
import type { PromptInput } from './prompt-input.ts'
import { angleWords, shotSizeWords } from './shot-words.ts'

/** Between these a lens looks like no lens in particular, and captions do not name it. */
const WIDE_UP_TO_MM = 24
const LONG_FROM_MM = 85

/** "medium close-up" or empty. */
export function sizeWords({ shot }: PromptInput): string {
  return shot.shotSize === null ? '' : shotSizeWords[shot.shotSize]
}

/** "low angle" or empty. */
export function angleOf({ shot }: PromptInput): string {
  return shot.angle === null ? '' : angleWords[shot.angle]
}

/** "wide-angle lens", "telephoto lens" or empty; packs that take the camera as numbers are told there. */
export function lensWords({ shot, pack }: PromptInput): string {
  if (pack.camera !== 'prompt') return ''
  if (shot.lensMm <= WIDE_UP_TO_MM) return 'wide-angle lens'
  return shot.lensMm >= LONG_FROM_MM ? 'telephoto lens' : ''
}

/** The move where words carry it: a pack that takes it as numbers would be told twice, and not quite the same. */
export function moveWords({ shot, pack }: PromptInput, wording: CameraWording = PLAIN_CAMERA_WORDING): string {
  return pack.camera === 'prompt' ? cameraWordsIn(wording, shot.camera) : ''
}

/** "medium close-up", "an extreme wide shot": with its article, for sentences. */
export function withArticle(words: string): string {
  if (words === '') return ''
  return `${/^[aeiou]/u.test(words) ? 'an' : 'a'} ${words}`
}
