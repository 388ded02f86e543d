/** Clauses of a prompt as sentences. */

const ENDS_SENTENCE = /[.!?…。！？"”’」』)]$/u

/** Each part as a sentence, in order; empty parts are left out. */
export function asSentences(parts: readonly string[]): string {
  return parts.map(asSentence).filter((part) => part !== '').join(' ')
}

/** White space collapsed, a capital in front, a full stop behind; empty stays empty. */
export function asSentence(text: string): string {
  const collapsed = collapseSpace(text)
  if (collapsed === '') return ''
  const first = String.fromCodePoint(collapsed.codePointAt(0)!)
  return first.toLocaleUpperCase('en') + collapsed.slice(first.length) + (ENDS_SENTENCE.test(collapsed) ? '' : '.')
}

export function collapseSpace(text: string): string {
  return text.split(/\s+/u).filter((part) => part !== '').join(' ')
}
