/** Which way a prompt says that its subject goes or looks across the screen; English, Portuguese, Chinese. */

export type ScreenDirection = 'left' | 'right'

/** Going, looking and turning; "on the left" is a place and no direction. */
const VERBS = [
  'walk', 'run', 'move', 'drive', 'ride', 'fly', 'go', 'head', 'march', 'sail', 'swim', 'crawl', 'jump', 'dash', 'race', 'travel', 'gallop', 'face', 'look', 'gaze', 'stare', 'turn', 'point',
].flatMap((verb) => [verb, `${verb}s`, `${verb}es`, `${verb.replace(/e$/u, '')}ing`, `${verb}${verb.at(-1)}ing`, verb.replace(/y$/u, 'ies')])
const VERBOS = 'anda andando corre correndo caminha caminhando voa voando navega navegando olha olhando vira virando segue seguindo avança avançando'.split(' ')
const LATIN = new RegExp(`(?<!\\p{L})(?:${[...VERBS, ...VERBOS].join('|')})(?:\\s+\\p{L}+){0,3}?\\s+(?<side>left|right|leftwards?|rightwards?|esquerda|direita)(?!\\p{L})`, 'iu')
const SCREEN = /\b(?:screen[- ]|from\s+(?:left|right)\s+to\s+)(?<side>left|right)\b/iu
const HAN = /(?:向|往|朝)(?<side>左|右)/u

/** null where the prompt gives none, or both in different languages. */
export function screenDirection(prompt: string): ScreenDirection | null {
  const crossing = SCREEN.exec(prompt)?.groups?.['side']
  if (crossing) return sideOf(crossing)
  const found = new Set([LATIN, HAN].flatMap((pattern) => pattern.exec(prompt)?.groups?.['side'] ?? []).map(sideOf))
  const [only] = found
  return found.size === 1 && only ? only : null
}

function sideOf(word: string): ScreenDirection {
  return /^(?:left|esquerda|左)/iu.test(word) ? 'left' : 'right'
}
