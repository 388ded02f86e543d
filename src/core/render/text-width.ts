/** Estimates how wide text is without a canvas: for checks that run where nothing is painted. */
import { graphemes } from './text-layout.ts'

/** Shares of the text size, a little above the averages of the bundled family, so that what is said to fit does fit. */
const EMOJI = 1.32
const FULL = 1.05
const BROAD = 0.96
const CAPITAL = 0.76
const NARROW = 0.36
const REGULAR = 0.63

const EMOJI_CHARACTER = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u
const FULL_CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60—]/u
const BROAD_CHARACTER = /[mwMW@%&]/u
const NARROW_CHARACTER = /[\s.,:;'’!|ijltfrI1()[\]-]/u

const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [NARROW_CHARACTER, NARROW], [BROAD_CHARACTER, BROAD], [FULL_CHARACTER, FULL], [EMOJI_CHARACTER, EMOJI], [/\p{Lu}/u, CAPITAL],
]

/** Width in multiples of the text size. */
export function estimateTextWidth(text: string): number {
  let width = 0
  for (const character of graphemes(text)) width += WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? REGULAR
  return width
}
