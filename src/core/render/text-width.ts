/** Estimates how wide text is without a canvas: for checks that run where nothing is painted. */
import { graphemes } from './text-layout.ts'

/** Shares of the text size, a little above the averages of the bundled family, so that what is said to fit does fit. */
const WIDE = 1.05
const CAPITAL = 0.74
const NARROW = 0.34
const REGULAR = 0.62

const WIDE_CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff00-\uff60]/u
const CAPITAL_CHARACTER = /[\p{Lu}mw@%&]/u
const NARROW_CHARACTER = /[\s.,:;'’!|ijltfrI1()[\]-]/u

/** Width in multiples of the text size. */
export function estimateTextWidth(text: string): number {
  let width = 0
  for (const character of graphemes(text)) {
    if (WIDE_CHARACTER.test(character)) width += WIDE
    else if (NARROW_CHARACTER.test(character)) width += NARROW
    else width += CAPITAL_CHARACTER.test(character) ? CAPITAL : REGULAR
  }
  return width
}
