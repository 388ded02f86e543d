/** Maps free text to the words that a pack with a closed vocabulary knows, and tells which it does not know. */
import type { KnownWords } from '../planning/pack-facts.ts'
import { HAN_STOP_WORDS, STOP_WORDS } from './stop-words.ts'

export interface MappedText {
  /** Known words as the pack spells them; a run of unknown words is kept as its first one, which the model reads as unknown. */
  readonly text: string
  /** In order of appearance, each once, in lower case. */
  readonly unknownWords: readonly string[]
}

interface Lexicon {
  /** Normalised word or phrase -> what the pack calls it. Han text is keyed without spaces. */
  readonly entries: ReadonlyMap<string, string>
  readonly longestPhraseWords: number
  readonly longestHanCharacters: number
}

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'han'; readonly text: string }
  | { readonly kind: 'break' }

const HAN = /\p{Script=Han}/u
/** Words keep inner apostrophes; runs of Han characters stand alone; clause and sentence marks break. */
const TOKENS = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+(?:['’](?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+)*|[.,;:!?…—()。，、；：！？\n]/gu

/** Longest phrase first, in one pass: the cost is text length times the longest phrase of the lexicon. */
export function mapToKnownWords(text: string, words: KnownWords): MappedText {
  const lexicon = lexiconOf(words)
  const output = new Output()
  const tokens = tokenise(text)
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at]!
    if (token.kind === 'break') {
      output.clauseEnd()
      at++
    } else if (token.kind === 'han') {
      mapHan(token.text, lexicon, output)
      at++
    } else {
      at += mapWord(tokens, at, lexicon, output)
    }
  }
  return output.finish()
}

/** Takes the longest known phrase from `at` on; returns how many tokens it took. */
function mapWord(tokens: readonly Token[], at: number, lexicon: Lexicon, output: Output): number {
  const phrase: string[] = []
  let found: string | undefined
  let taken = 0
  for (let next = at; next < tokens.length && phrase.length < lexicon.longestPhraseWords; next++) {
    const token = tokens[next]!
    if (token.kind !== 'word') break
    phrase.push(token.text)
    const known = lexicon.entries.get(phrase.join(' '))
    if (known !== undefined) [found, taken] = [known, phrase.length]
  }
  const word = (tokens[at] as { text: string }).text
  found ??= knownForm(word, lexicon)
  if (found === undefined) {
    if (!STOP_WORDS.has(word)) output.unknown(withoutPossessive(word))
  } else if (taken === 1 && STOP_WORDS.has(word)) output.small(found)
  else output.known(found, isTranslated(found, word))
  return Math.max(1, taken)
}

/** Plural, possessive and accent variants of a word, so that "cars" finds "car". */
function knownForm(word: string, { entries }: Lexicon): string | undefined {
  const bare = withoutPossessive(word)
  for (const form of [bare, withoutAccents(bare), bare.replace(/s$/u, ''), bare.replace(/es$/u, ''), bare.replace(/ies$/u, 'y')]) {
    const known = form.length > 1 ? entries.get(form) : undefined
    if (known !== undefined) return known
  }
  return undefined
}

function withoutPossessive(word: string): string {
  return word.replace(/['’]s?$/u, '')
}

function mapHan(run: string, lexicon: Lexicon, output: Output): void {
  const characters = [...run]
  let unknown = ''
  const flush = (): void => {
    if (unknown !== '') output.unknown(unknown)
    unknown = ''
  }
  for (let at = 0; at < characters.length;) {
    const length = Math.min(lexicon.longestHanCharacters, characters.length - at)
    const known = longestMatch(characters, at, length, (text) => lexicon.entries.get(text))
    // Stop words bound an unknown word; a known word may start with one.
    const stop = known ?? longestMatch(characters, at, 2, (text) => (HAN_STOP_WORDS.has(text) ? text : undefined))
    if (!stop) {
      unknown += characters[at++]!
      continue
    }
    flush()
    if (known) output.known(known.value, false)
    at += stop.length
  }
  flush()
}

function longestMatch(characters: readonly string[], at: number, longest: number, find: (text: string) => string | undefined): { value: string; length: number } | null {
  for (let length = Math.min(longest, characters.length - at); length > 0; length--) {
    const value = find(characters.slice(at, at + length).join(''))
    if (value !== undefined) return { value, length }
  }
  return null
}

/** Colours by the names that packs give them. */
const COLOURS: ReadonlySet<string> = new Set('red blue green yellow white purple grey gray black orange brown pink'.split(' '))

function isTranslated(meaning: string, word: string): boolean {
  return meaning !== word
}

/** Collects words into clauses. */
class Output {
  readonly #clauses: string[][] = [[]]
  readonly #unknown = new Set<string>()
  #lastWasUnknown = false
  #lastWasTranslation = false
  /** Articles and prepositions wait for the known word that they belong to; before an unknown one they would mislead. */
  #waiting: string[] = []

  known(words: string, isTranslation: boolean): void {
    const clause = this.#clauses.at(-1)!
    // "Carro vermelho" becomes "red car": packs know colours in front.
    const isColourBehind = isTranslation && this.#lastWasTranslation && COLOURS.has(words) && this.#waiting.length === 0 && !COLOURS.has(clause.at(-1) ?? '')
    if (isColourBehind) clause.splice(-1, 0, words)
    else clause.push(...this.#waiting, words)
    this.#waiting = []
    this.#lastWasUnknown = false
    this.#lastWasTranslation = isTranslation && !isColourBehind
  }

  small(word: string): void {
    this.#waiting.push(word)
  }

  unknown(word: string): void {
    this.#unknown.add(word)
    if (!this.#lastWasUnknown) this.#clauses.at(-1)!.push(word)
    this.#waiting = []
    this.#lastWasUnknown = true
    this.#lastWasTranslation = false
  }

  clauseEnd(): void {
    if (this.#clauses.at(-1)!.length > 0) this.#clauses.push([])
    this.#waiting = []
    this.#lastWasUnknown = false
    this.#lastWasTranslation = false
  }

  finish(): MappedText {
    const clauses = this.#clauses.filter((clause) => clause.length > 0)
    return { text: clauses.map((clause) => clause.join(' ')).join(', '), unknownWords: [...this.#unknown] }
  }
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  for (const [match] of normalise(text).matchAll(TOKENS)) {
    if (HAN.test(match)) tokens.push({ kind: 'han', text: match })
    else if (/[\p{L}\p{N}]/u.test(match)) tokens.push({ kind: 'word', text: match })
    else tokens.push({ kind: 'break' })
  }
  return tokens
}

const lexicons = new WeakMap<KnownWords, Lexicon>()

/** Built once for each pack's word list. */
function lexiconOf(words: KnownWords): Lexicon {
  const built = lexicons.get(words) ?? buildLexicon(words)
  lexicons.set(words, built)
  return built
}

function buildLexicon({ known, synonyms }: KnownWords): Lexicon {
  const entries = new Map<string, string>()
  let longestPhraseWords = 1
  let longestHanCharacters = 1
  const add = (phrase: string, meaning: string): void => {
    const words = tokenise(phrase).flatMap((token) => (token.kind === 'break' ? [] : [token.text]))
    if (words.length === 0) return
    const key = words.every((word) => HAN.test(word)) ? words.join('') : words.join(' ')
    if (HAN.test(key)) longestHanCharacters = Math.max(longestHanCharacters, [...key].length)
    else longestPhraseWords = Math.max(longestPhraseWords, words.length)
    if (!entries.has(key)) entries.set(key, meaning)
    const plain = withoutAccents(key)
    if (!entries.has(plain)) entries.set(plain, meaning)
  }
  for (const phrase of known) add(phrase, phrase)
  for (const [phrase, meaning] of Object.entries(synonyms)) add(phrase, meaning)
  return { entries, longestPhraseWords, longestHanCharacters }
}

function normalise(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function withoutAccents(text: string): string {
  return HAN.test(text) ? text : text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC')
}
