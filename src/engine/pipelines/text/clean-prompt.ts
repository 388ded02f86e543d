/**
 * The prompt clean-up that Wan was trained with: ftfy's repairs, HTML references unescaped twice, white space collapsed.
 *
 * Of ftfy 6 this holds every character-level repair and the commonest encoding repair (UTF-8 that was read as Windows-1252,
 * over the whole text). ftfy's guesses at other code pages are left out: on prompts they would change good text more often than mend bad.
 */
import { unescapeHtml } from './html-entities.ts'
import { toWindows1252, WINDOWS_1252 } from './windows-1252.ts'

/** ftfy repeats its repairs until nothing changes; this is a guard, two rounds are usual. */
const MAX_ROUNDS = 5

export function cleanPrompt(text: string): string {
  return unescapeHtml(unescapeHtml(repairText(text))).replaceAll(WHITE_SPACE, ' ').trim()
}

/** Python's notion of white space, which holds some controls and lacks the zero-width no-break space. */
// eslint-disable-next-line no-control-regex -- Python counts U+001C to U+001F as white space
const WHITE_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g

function repairText(text: string): string {
  // A text with a tag is taken for HTML as meant; its references wait for the second stage.
  const isHtml = text.includes('<')
  return text.split(/(?<=\n)/).map((line) => repairLine(line, isHtml)).join('')
}

function repairLine(line: string, isHtml: boolean): string {
  let current = line
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = REPAIRS.reduce((value, repair) => repair(value), isHtml ? current : unescapeClosed(current))
    if (next === current) break
    current = next
  }
  return current
}

const REPAIRS: readonly ((text: string) => string)[] = [
  repairMojibake,
  replaceC1Controls,
  splitLigatures,
  normaliseWidth,
  straightenQuotes,
  unifyLineBreaks,
  replaceLoneSurrogates,
  (text) => text.replaceAll(TERMINAL_ESCAPE, ''),
  (text) => text.replaceAll(CONTROLS, ''),
  (text) => text.normalize('NFC'),
]

const CLOSED_REFERENCE = /&#?[0-9A-Za-z]{1,24};/g
// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const TERMINAL_ESCAPE = /\x1b\[[\d;]*[a-zA-Z]/g
// eslint-disable-next-line no-control-regex -- controls are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]/g

function unescapeClosed(text: string): string {
  return text.replaceAll(CLOSED_REFERENCE, (reference) => unescapeHtml(reference))
}

/** "schÃ¶n" -> "schön", where the whole text can be read so: good text almost never can. */
function repairMojibake(text: string): string {
  if (!/[\x80-\u{10ffff}]/u.test(text)) return text
  const bytes = toWindows1252(text)
  if (bytes === null) return text
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not UTF-8 in disguise: the text is what it says.
    return text
  }
}

function replaceC1Controls(text: string): string {
  return text.replaceAll(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control)
}

/** Latin ligatures and digraphs that Unicode holds for old code pages alone. */
function splitLigatures(text: string): string {
  return text.replaceAll(/[\u0132\u0133\u0149\u01c4-\u01cc\u01f1-\u01f3\ufb00-\ufb06]/g, (ligature) => ligature.normalize('NFKC'))
}

/** Full-width Latin and half-width Katakana, as East Asian keyboards give them. */
function normaliseWidth(text: string): string {
  return text.replaceAll(/[\u3000\uff01-\uffef]/g, (character) => character.normalize('NFKC'))
}

function straightenQuotes(text: string): string {
  return text.replaceAll(/[\u02bc\u2018-\u201b]/g, "'").replaceAll(/[\u201c-\u201f]/g, '"')
}

function unifyLineBreaks(text: string): string {
  return text.replaceAll(/\r\n|[\r\u2028\u2029\x85]/g, '\n')
}

function replaceLoneSurrogates(text: string): string {
  return text.toWellFormed()
}
