/** Windows code page 1252: what most programs mean by bytes 0x80 to 0x9f, and where most mojibake comes from. */

/** Characters of bytes 0x80 … 0x9f; null where the page has none. */
export const WINDOWS_1252: readonly (string | null)[] = Object.freeze([
  '\u20ac', null, '\u201a', '\u0192', '\u201e', '\u2026', '\u2020', '\u2021',
  '\u02c6', '\u2030', '\u0160', '\u2039', '\u0152', null, '\u017d', null,
  null, '\u2018', '\u2019', '\u201c', '\u201d', '\u2022', '\u2013', '\u2014',
  '\u02dc', '\u2122', '\u0161', '\u203a', '\u0153', null, '\u017e', '\u0178',
])

const BYTES: ReadonlyMap<string, number> = new Map(WINDOWS_1252.flatMap((character, index) => (character === null ? [] : [[character, 0x80 + index] as const])))

/**
 * The text's bytes in page 1252, where unassigned bytes pass as the controls of the same number ("sloppy", as browsers do);
 * null where a character has none.
 */
export function toWindows1252(text: string): Uint8Array | null {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const byte = code <= 0xff ? code : BYTES.get(character)
    if (byte === undefined) return null
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}
