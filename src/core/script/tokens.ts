/** Words of a clause with their places, in the form in which the tables of directions are written. */

export interface Token {
  /** Lower case. */
  readonly word: string
  readonly original: string
  readonly start: number
  readonly end: number
}

const WORD = /\d+(?:[.,]\d+)?(?:°|º|%)?|[\p{L}\p{M}\p{N}]+|°/gu

/** Hyphens and apostrophes separate words, so "close-up" and "close up" read alike. */
export function tokenise(text: string): Token[] {
  return Array.from(text.matchAll(WORD), (match) => ({
    word: match[0].toLowerCase(), original: match[0], start: match.index, end: match.index + match[0].length,
  }))
}

/** A clause with the separator and the space behind it; all clauses joined are the text again. */
export interface Clause {
  readonly text: string
  readonly separator: string
}

/** Full stops inside numbers, colons inside times and hyphens inside words do not separate. */
const SEPARATOR = /[.!?…]+["”’')\]]*(?=\s|$)\s*|[,;](?!\d)\s*|:(?!\d)\s*|\s+(?:[-–|/]|--)\s+|\s*—\s*|[。，；：！？、]\s*|\n\s*/gu

export function splitClauses(text: string): Clause[] {
  const clauses: Clause[] = []
  let from = 0
  for (const match of text.matchAll(SEPARATOR)) {
    clauses.push({ text: text.slice(from, match.index), separator: match[0] })
    from = match.index + match[0].length
  }
  if (from < text.length) clauses.push({ text: text.slice(from), separator: '' })
  return clauses
}
