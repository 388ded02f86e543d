/** Splits the text of a shot into its picture and its directions: size, angle, camera, length, transition. */
import { durationOf, leadingDuration } from './duration.ts'
import { FoundDirections } from './found-directions.ts'
import { stripHanDirections } from './han-directions.ts'
import { stripLatinDirections } from './latin-directions.ts'
import type { Directions } from './parsed-shot.ts'
import { splitClauses } from './tokens.ts'
import { leadingTransition, transitionOf } from './transition-words.ts'

export interface DirectedText {
  /** The text without what became a direction. */
  readonly prompt: string
  readonly directions: Directions
  /** How the shot before leads to this one. */
  readonly transitionBefore: Directions['transition']
}

const BRACKETS = /[([（【［]([^()[\]（）【】［］\n]{1,200})[)\]）】］]/gu
const HAN = /^\s*\p{Script=Han}/u

/** Words count as directions only where they stand as such: "pan left" does, "a frying pan" does not. */
export function extractDirections(text: string): DirectedText {
  const found = new FoundDirections()
  const head = leadingDuration(text)
  const body = head && found.takeDuration(head.seconds) ? head.rest : text
  const unbracketed = body.replace(BRACKETS, (whole, inner: string) => {
    const rest = stripClauses(inner, found)
    if (rest === inner) return whole
    return rest === '' ? '' : whole[0] + rest + whole.at(-1)
  })
  return { prompt: tidy(stripClauses(unbracketed, found)), directions: found.directions, transitionBefore: found.transitionBefore }
}

function stripClauses(text: string, found: FoundDirections): string {
  const clauses = splitClauses(text)
  const kept: string[] = []
  for (const { text: clause, separator } of clauses) {
    const rest = stripClause(clause, found)
    if (rest === clause) kept.push(clause + separator)
    else if (rest.trim() !== '') kept.push(clause.slice(0, clause.length - clause.trimStart().length) + rest + separator)
    else if (kept.length > 0 && endsSentence(separator)) kept.push(kept.pop()!.replace(/[\s,;:，；：、|/–—-]+$/u, '') + separator)
  }
  return kept.length === clauses.length && kept.every((part, index) => part === clauses[index]!.text + clauses[index]!.separator) ? text : kept.join('').trim()
}

function stripClause(clause: string, found: FoundDirections): string {
  const trimmed = clause.trim()
  if (trimmed === '') return clause
  const seconds = durationOf(trimmed)
  if (seconds !== null && found.takeDuration(seconds)) return ''
  const transition = transitionOf(trimmed)
  if (transition && found.takeTransition(transition.kind, transition.place)) return ''
  const leading = leadingTransition(trimmed)
  const body = leading && found.takeTransition(leading.words.kind, 'before') ? leading.rest : clause
  return HAN.test(body) ? stripHanDirections(body, found) : stripLatinDirections(body, found)
}

function endsSentence(separator: string): boolean {
  return /^[.!?…。！？]/u.test(separator)
}

/** Takes away what directions leave behind: doubled spaces and marks, marks at the ends; lowers all-capitals text. */
function tidy(text: string): string {
  const tidied = text
    .replace(/\s+/gu, ' ')
    .replace(/ (?=[,.;:!?])/gu, '')
    .replace(/,+(?=[)\]）】])/gu, '')
    .replace(/(?<=[([（【]),\s*/gu, '')
    .replace(/([.。!?！？])[.。,，]+(?=\s|$)/gu, '$1')
    .replace(MARKS_AT_START, '')
    .replace(MARKS_AT_END, '')
    .trim()
  return isShouted(tidied) ? tidied.toLowerCase() : tidied
}

const MARKS_AT_START = /^[\s,.;:，。；：、|–—-]+(?![\d])/u
const MARKS_AT_END = /(?<![\s,;:，；：、|–—-])[\s,;:，；：、|–—-]+$/u

function isShouted(text: string): boolean {
  return text.length > 3 && text === text.toUpperCase() && /\p{Lu}{2}/u.test(text)
}
