/** Finds directions in clauses that are written with spaces: English and Portuguese. */
import { AFTER_CAMERA_ONLY, CAMERA_FILLERS, CAMERA_NOUNS, FAMILIES, TEMPOS, VERB_PAIRS, VERBS, WAYS } from './camera-table.ts'
import type { Direction, VerbFamily } from './camera-table.ts'
import type { FoundDirections } from './found-directions.ts'
import { FRAMINGS, LONGEST_FRAMING_WORDS, SIZE_ABBREVIATIONS } from './size-table.ts'
import type { Framing } from './size-table.ts'
import { tokenise } from './tokens.ts'
import type { Token } from './tokens.ts'

interface FramingMatch { readonly kind: 'framing'; readonly framing: Framing; readonly end: number }
interface CameraMatch {
  readonly kind: 'camera'
  readonly direction: Direction
  readonly tempo: number
  readonly amount: number | null
  readonly end: number
  /** The text names the camera, so it cannot be about something else that pans or zooms. */
  readonly isExplicit: boolean
  /** An everyday verb in the imperative: a direction only where it fills its clause. */
  readonly isBare: boolean
}
type Match = FramingMatch | CameraMatch

const OPENERS = words('a an the in with then and we see us start starts open opens opening begin begins on cut uma um em o as while no na é shot filmed from de')
/** May stand between a direction and what is seen; they go with the direction. */
const DROPPED_CONNECTORS = words('of on as showing shows reveal reveals revealing show de do da dos das em no na mostrando revelando')
const CAMERA_CONNECTORS = words('on to toward towards into across over along past through around from as while until following follow revealing reveal showing show and of with at sobre até pela pelo em no na para seguindo revelando mostrando enquanto the')
/** What is left of "the camera orbits around it" says nothing of the picture. */
const EMPTY_WORDS = words('it him her them the a an subject scene object around slowly little bit o a ele ela sujeito cena and to')
/** Between two directions of a run. */
const JOINERS = words('and then with a e')
const TAIL_OPENER = /\s(?:in|from|em|de)\s/iu
const ARTICLES = words('a an the um uma o')
const BARE_VERBS = words('truck boom arc roll slide circle')
const SHOT_NOUNS = words('shot view angle framing camera plano')

/** Directions are short: of a clause that is longer, only so many characters at either end can be one. */
const REACH = 200

/** The clause without its directions; the very same text where it holds none. */
export function stripLatinDirections(text: string, found: FoundDirections): string {
  const head = text.slice(0, REACH)
  const beheaded = stripHead(head, found)
  const body = stripCameraSentence(beheaded === head ? text : beheaded + text.slice(REACH), found)
  const tailAt = Math.max(0, body.length - REACH)
  const tail = body.slice(tailAt)
  const docked = stripTail(tail, found)
  return docked === tail ? body : body.slice(0, tailAt) + docked
}

/** "Low-angle wide shot of …", "pan left across …": a run of directions at the start. */
function stripHead(text: string, found: FoundDirections): string {
  const tokens = tokenise(text)
  let at = skip(tokens, 0, OPENERS, 4)
  const matches: Match[] = []
  for (;;) {
    const match: Match | null = matchFraming(tokens, at) ?? matchCamera(tokens, at)
    if (!match) break
    matches.push(match)
    at = skip(tokens, match.end, JOINERS, 2)
    if (!matchFraming(tokens, at) && !matchCamera(tokens, at)) at = match.end
  }
  const last = matches.at(-1)
  if (!last || !standsAsDirection(last, tokens[at]?.word)) return text
  if (matches.some((match) => match.kind === 'camera' && match.isBare) && (matches.length > 1 || at < tokens.length)) return text
  const taken = matches.map((match) => take(match, found))
  if (!taken.some(Boolean)) return text
  return at >= tokens.length ? '' : restAfter(text, tokens, at, last)
}

/** A direction ends its clause or leads on to what is seen; "a frying pan" and "wide eyes" do neither. */
function standsAsDirection(match: Match, next: string | undefined): boolean {
  if (next === undefined) return true
  if (match.kind === 'camera') return CAMERA_CONNECTORS.has(next) && (match.isExplicit || !isAmbient(match.direction))
  if (DROPPED_CONNECTORS.has(next)) return true
  return !match.framing.isEveryday
}

/** "Static on the screen", "handheld radio": these two words need the camera or a clause of their own. */
function isAmbient({ preset }: Direction): boolean {
  return preset === 'static' || preset === 'handheld'
}

function restAfter(text: string, tokens: readonly Token[], at: number, last: Match): string {
  const dropped = last.kind === 'camera' ? CAMERA_CONNECTORS : DROPPED_CONNECTORS
  let from = at
  while (from < tokens.length && from < at + 3 && dropped.has(tokens[from]!.word) && !isArticle(tokens[from]!.word)) from++
  const rest = tokens.slice(from)
  if (rest.every(({ word }) => EMPTY_WORDS.has(word))) return ''
  return text.slice(tokens[from]!.start)
}

function isArticle(word: string): boolean {
  return word === 'the'
}

/** "…, as the camera slowly pans left": the camera named anywhere in the clause. */
function stripCameraSentence(text: string, found: FoundDirections): string {
  if (!/c[aâ]m/iu.test(text)) return text
  const tokens = tokenise(text)
  for (const [index, token] of tokens.entries()) {
    if (!CAMERA_NOUNS.has(token.word)) continue
    let start = index
    while (start > 0 && OPENERS.has(tokens[start - 1]!.word) || start > 0 && TEMPOS.has(tokens[start - 1]!.word)) start--
    const match = matchCamera(tokens, index)
    if (!match || !take(match, found)) continue
    const before = text.slice(0, tokens[start]!.start).trimEnd()
    const after = match.end >= tokens.length ? '' : restAfter(text, tokens, match.end, match)
    return [before, after].filter((part) => part !== '').join(' ')
  }
  return text
}

/** "… in close-up", "… from a low angle": framing at the end. */
function stripTail(text: string, found: FoundDirections): string {
  if (!TAIL_OPENER.test(text)) return text
  const tokens = tokenise(text)
  for (let start = Math.max(1, tokens.length - LONGEST_FRAMING_WORDS - 3); start < tokens.length; start++) {
    if (!/^(?:in|from|em|de)$/u.test(tokens[start]!.word)) continue
    const match = matchFraming(tokens, skip(tokens, start + 1, ARTICLES, 1))
    if (!match || match.end !== tokens.length || match.framing.isEveryday || !take(match, found)) continue
    return text.slice(0, tokens[start]!.start).replace(/\s*(?:shot|seen|filmed|viewed)?\s*$/iu, '')
  }
  return text
}

function take(match: Match, found: FoundDirections): boolean {
  return match.kind === 'framing' ? found.takeFraming(match.framing) : found.takeCamera(match.direction, match.tempo, match.amount)
}

function matchFraming(tokens: readonly Token[], at: number): FramingMatch | null {
  const abbreviation = SIZE_ABBREVIATIONS.get(tokens[at]?.original ?? '')
  if (abbreviation) return { kind: 'framing', framing: abbreviation, end: withShotNoun(tokens, at + 1) }
  for (let length = Math.min(LONGEST_FRAMING_WORDS, tokens.length - at); length > 0; length--) {
    const framing = FRAMINGS.get(tokens.slice(at, at + length).map(({ word }) => word).join(' '))
    if (framing) return { kind: 'framing', framing, end: withShotNoun(tokens, at + length) }
  }
  return null
}

function withShotNoun(tokens: readonly Token[], end: number): number {
  return SHOT_NOUNS.has(tokens[end]?.word ?? '') ? end + 1 : end
}

function matchCamera(tokens: readonly Token[], at: number): CameraMatch | null {
  const lead = readLead(tokens, at)
  const verb = verbAt(tokens, lead.end)
  if (!verb) return null
  const match = readWay(tokens, lead.end, verb, lead)
  if (!match || match.isExplicit || !AFTER_CAMERA_ONLY.has(tokens[lead.end]!.word)) return match
  return BARE_VERBS.has(tokens[lead.end]!.word) && lead.end === 0 && match.hasWay ? { ...match, isBare: true } : null
}

interface Verb { readonly family: VerbFamily; readonly words: number }

function verbAt(tokens: readonly Token[], at: number): Verb | null {
  const word = tokens[at]?.word ?? ''
  const pair = VERB_PAIRS.get(`${word} ${tokens[at + 1]?.word ?? ''}`)
  if (pair) return { family: pair, words: 2 }
  const family = VERBS.get(word)
  return family ? { family, words: 1 } : null
}

interface Lead { readonly end: number; readonly tempo: number; readonly amount: number | null; readonly isExplicit: boolean }

/** "The camera then slowly …" in front of the verb. */
function readLead(tokens: readonly Token[], at: number): Lead {
  let lead: Lead = { end: at, tempo: 1, amount: null, isExplicit: false }
  for (; lead.end < Math.min(tokens.length, at + 7); lead = { ...lead, end: lead.end + 1 }) {
    const { word } = tokens[lead.end]!
    const amount = degreesOf(word)
    if (verbAt(tokens, lead.end)?.words === 2) break
    if (CAMERA_NOUNS.has(word)) lead = { ...lead, isExplicit: true }
    else if (TEMPOS.has(word)) lead = { ...lead, tempo: TEMPOS.get(word)! }
    else if (amount !== null) lead = { ...lead, amount }
    else if (VERBS.has(word) || !CAMERA_FILLERS.has(word)) break
  }
  return lead
}

/** Behind the verb: where it goes, how far and how fast, in any order. */
function readWay(tokens: readonly Token[], verbIndex: number, verb: Verb, lead: Lead): (CameraMatch & { readonly hasWay: boolean }) | null {
  const ways = FAMILIES[verb.family]
  let { tempo, amount, isExplicit } = lead
  let direction = ways.none ?? null
  let end = verbIndex + verb.words
  let hasWay = false
  for (let at = end; at < Math.min(tokens.length, verbIndex + 9); at++) {
    const { word } = tokens[at]!
    const way = WAYS.get(word)
    const next = way === undefined ? undefined : ways[way]
    const isFrom = tokens[at - 1]!.word === 'from'
    if (next && !isFrom && (!hasWay || tokens[at - 1]!.word === 'to')) [direction, hasWay, end] = [next, true, at + 1]
    else if (next && isFrom) continue
    else if (TEMPOS.has(word)) [tempo, end] = [TEMPOS.get(word)!, at + 1]
    else if (/^\d/u.test(word)) {
      const measured = measureOf(word, tokens[at + 1]?.word)
      if (!measured) break
      ;[amount, end] = [measured.amount, at + measured.tokens]
      at = end - 1
    } else if (word === 'camera' || word === 'câmera' || word === 'shot') [isExplicit, end] = [true, at + 1]
    else if (!CAMERA_FILLERS.has(word) && !/^by$/u.test(word)) break
  }
  return direction && (hasWay || ways.none) ? { kind: 'camera', direction, tempo, amount, end, isExplicit, isBare: false, hasWay } : null
}

const UNITS = words('degrees degree deg graus grau metres meters metre meter metros metro m x times vezes °')

function measureOf(word: string, next: string | undefined): { amount: number; tokens: number } | null {
  const degrees = degreesOf(word)
  if (degrees !== null) return { amount: degrees, tokens: 1 }
  const attached = /^(\d+(?:[.,]\d+)?)(?:m|x|deg)$/u.exec(word)
  if (attached) return { amount: numberOf(attached[1]!), tokens: 1 }
  return UNITS.has(next ?? '') ? { amount: numberOf(word), tokens: 2 } : null
}

function degreesOf(word: string): number | null {
  return /^\d+(?:[.,]\d+)?[°º]$/u.test(word) ? numberOf(word.slice(0, -1)) : null
}

function numberOf(text: string): number {
  return Number(text.replace(',', '.'))
}

function skip(tokens: readonly Token[], from: number, skipped: ReadonlySet<string>, most: number): number {
  let at = from
  while (at < Math.min(tokens.length, from + most) && skipped.has(tokens[at]!.word)) at++
  return at
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}
