/** Turns a script (plain text, Markdown or Fountain) into shots. */
import { isFountain, parseFountain } from './fountain.ts'
import type { ParsedShot } from './parsed-shot.ts'
import { parseProse } from './prose.ts'

export type { ParsedShot } from './parsed-shot.ts'

/** Never fails: whatever the text, each of its statements becomes a shot, and an empty text has none. */
export function parseScript(text: string): ParsedShot[] {
  const clean = normalise(text)
  if (clean.trim() === '') return []
  return [...(isFountain(clean) ? parseFountain(clean) : parseProse(clean))]
}

/** One kind of line end, no byte-order mark, no control characters, which no document could hold or show. */
function normalise(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/gu, '\n').replace(/(?![\n\t])[\p{Cc}\ufeff]/gu, '').replace(/\t|\u00a0/gu, ' ')
}
