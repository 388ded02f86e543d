/** Breaks text into lines that fit a measured width: between words, between Han and kana characters, and within words that are too long. */

export interface TextLines {
  readonly lines: readonly string[]
  /** Some of the text did not fit and an ellipsis stands for it. */
  readonly isCut: boolean
}

/** Width of a text in any unit; the width limit has the same one. */
export type MeasureText = (text: string) => number

interface Piece {
  readonly text: string
  /** Stands behind the piece before it with a space between, unless a line starts with it. */
  readonly hasSpaceBefore: boolean
}

const ELLIPSIS = '…'
/** Characters between which a line may break anywhere. */
const BREAKS_ANYWHERE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u
/** No line starts with these, and none ends with those. */
const CLINGS_BEFORE = /^[，。、；：！？）》」』】〕…—～·ー,.;:!?)\]}”’%]/u
const CLINGS_AFTER = /[（《「『【〔([{“‘]$/u

/** Greedy lines of at most `maxWidth`; what is left after `maxLines` is cut with an ellipsis. */
export function wrapText(text: string, maxWidth: number, maxLines: number, measure: MeasureText): TextLines {
  const lines: string[] = []
  for (const paragraph of text.trim().split(/\r\n|[\n\r\u2028\u2029]/u)) {
    if (lines.length > maxLines) break
    appendLines(lines, paragraph, maxWidth, maxLines + 1, measure)
  }
  if (lines.length <= maxLines) return { lines, isCut: false }
  const kept = lines.slice(0, maxLines)
  kept[maxLines - 1] = withEllipsis(kept[maxLines - 1] ?? '', maxWidth, measure)
  return { lines: kept, isCut: true }
}

/** As wrapText, then narrowed until the lines are about equally long, which reads better than a full line and an orphan. */
export function wrapBalanced(text: string, maxWidth: number, maxLines: number, measure: MeasureText): TextLines {
  const greedy = wrapText(text, maxWidth, maxLines, measure)
  if (greedy.isCut || greedy.lines.length < 2) return greedy
  let best = greedy
  let tooNarrow = maxWidth / greedy.lines.length / 2
  let wideEnough = maxWidth
  for (let round = 0; round < 7; round++) {
    const width = (tooNarrow + wideEnough) / 2
    const tried = wrapText(text, width, maxLines, measure)
    const fits = !tried.isCut && tried.lines.length === greedy.lines.length && !breaksWords(tried, text)
    if (fits) [best, wideEnough] = [tried, width]
    else tooNarrow = width
  }
  return best
}

/** User-perceived characters: an emoji of several code points is one. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** A narrower wrap must not break a word that the wide one kept whole. */
function breaksWords({ lines }: TextLines, text: string): boolean {
  const words = new Set(pieces(text.replace(/\s+/gu, ' ')).map((piece) => piece.text))
  return lines.some((line) => pieces(line).some((piece) => !words.has(piece.text)))
}

function appendLines(lines: string[], paragraph: string, maxWidth: number, maxLines: number, measure: MeasureText): void {
  let line = ''
  for (const { text, hasSpaceBefore } of pieces(paragraph)) {
    if (lines.length >= maxLines) return
    const joined = line === '' ? text : `${line}${hasSpaceBefore ? ' ' : ''}${text}`
    if (measure(joined) <= maxWidth) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = measure(text) <= maxWidth ? text : breakLongPiece(lines, text, maxWidth, maxLines, measure)
  }
  if (lines.length < maxLines && (line !== '' || paragraph.trim() === '')) lines.push(line)
}

/** Pushes full lines of a piece that is wider than a line; returns the rest. */
function breakLongPiece(lines: string[], piece: string, maxWidth: number, maxLines: number, measure: MeasureText): string {
  let line = ''
  for (const character of graphemes(piece)) {
    if (line !== '' && measure(line + character) > maxWidth) {
      lines.push(line)
      if (lines.length >= maxLines) return ''
      line = ''
    }
    line += character
  }
  return line
}

function withEllipsis(line: string, maxWidth: number, measure: MeasureText): string {
  const characters = graphemes(line)
  while (characters.length > 0 && measure(characters.join('') + ELLIPSIS) > maxWidth) characters.pop()
  return characters.join('').trimEnd() + ELLIPSIS
}

/** Words and single Han or kana characters, punctuation clinging to its neighbour. */
function pieces(paragraph: string): Piece[] {
  const found: { text: string; hasSpaceBefore: boolean }[] = []
  for (const word of paragraph.split(/\s+/u)) {
    let isFirst = true
    for (const unit of unitsOf(word)) {
      const last = found.at(-1)
      if (!isFirst && last && (CLINGS_BEFORE.test(unit) || CLINGS_AFTER.test(last.text))) last.text += unit
      else found.push({ text: unit, hasSpaceBefore: isFirst })
      isFirst = false
    }
  }
  return found
}

function unitsOf(word: string): string[] {
  if (!BREAKS_ANYWHERE.test(word)) return word === '' ? [] : [word]
  const units: string[] = []
  let run = ''
  for (const character of graphemes(word)) {
    if (!BREAKS_ANYWHERE.test(character)) {
      run += character
      continue
    }
    if (run !== '') units.push(run)
    run = ''
    units.push(character)
  }
  if (run !== '') units.push(run)
  return units
}
