/** A shot while its lines are being read: running text, fields, dialogue; closed into a ParsedShot at the end. */
import { LIMITS } from '../document/schema.ts'
import { extractDirections } from './directions.ts'
import { durationOf } from './duration.ts'
import type { FieldName } from './fields.ts'
import { NO_DIRECTIONS } from './parsed-shot.ts'
import type { Directions, ParsedShot } from './parsed-shot.ts'

export interface DraftShot {
  readonly text: string[]
  readonly fields: { readonly field: FieldName; readonly value: string }[]
  readonly caption: string[]
  /** Words that follow the prompt untouched: place and time of a scene. */
  readonly scene: string
  name: string | null
  /** A numbered or headed shot stays a shot even where nothing but directions is said of it. */
  readonly isNamed: boolean
}

export function draftShot(text: string, options: { readonly scene?: string; readonly isNamed?: boolean } = {}): DraftShot {
  return { text: text === '' ? [] : [text], fields: [], caption: [], name: null, scene: options.scene ?? '', isNamed: options.isNamed ?? false }
}

/** Collects closed shots and settles what belongs to the shot before or after. */
export class ShotList {
  readonly #shots: ParsedShot[] = []
  /** Directions that stood on a line of their own, for the next shot. */
  #waiting: Partial<Directions> = {}

  get shots(): readonly ParsedShot[] {
    return this.#shots
  }

  add(draft: DraftShot): void {
    const { prompt, directions, transitionBefore } = directedDraft(draft)
    const caption = draft.caption.join('\n').trim()
    if (transitionBefore !== null) this.transition(transitionBefore)
    if (prompt === '' && caption === '' && !draft.isNamed) return this.#settle(directions)
    const [first = '', ...rest] = withinLimit([prompt, draft.scene].filter((part) => part !== '').join(joint(prompt)))
    this.#shots.push({ name: draft.name, prompt: first, ...merged(directions, this.#waiting), caption: caption === '' ? null : caption })
    this.#waiting = {}
    for (const more of rest) this.#shots.push({ name: null, prompt: more, ...NO_DIRECTIONS, caption: null })
  }

  /** Speech that stands by itself is heard over the last shot; false where there is none yet. */
  speak(text: string): boolean {
    const last = this.#shots.pop()
    if (!last) return false
    this.#shots.push({ ...last, caption: last.caption === null ? text : `${last.caption}\n${text}` })
    return true
  }

  /** How the last shot leads on. At the start of a script there is no last shot, and nothing to do. */
  transition(kind: NonNullable<Directions['transition']>): void {
    const last = this.#shots.pop()
    if (last) this.#shots.push({ ...last, transition: kind })
  }

  /** A framing alone announces the next shot; a move, a length or a transition alone belongs to the last one. */
  #settle(directions: Directions): void {
    const last = this.#shots.pop()
    const { shotSize, angle, ...behind } = directions
    if (last) this.#shots.push(merged(last, behind))
    this.#waiting = last ? { shotSize, angle } : directions
  }
}

/** Lines under a label are statements of their own; those of a paragraph may be one sentence, wrapped. */
function directedDraft(draft: DraftShot): { prompt: string; directions: Directions; transitionBefore: Directions['transition'] } {
  const own = extractDirections(draft.text.join(draft.isNamed ? '\n' : ' '))
  let prompt = own.prompt
  let directions = own.directions
  for (const { field, value } of draft.fields) {
    const stated = statedBy(field, value)
    directions = merged(directions, stated.directions)
    // A field that says nothing the program knows is kept as text, so that no word of the script is lost.
    if (stated.rest !== '') prompt = [prompt, stated.rest].filter((part) => part !== '').join(joint(prompt))
  }
  return { prompt, directions, transitionBefore: own.transitionBefore }
}

function statedBy(field: FieldName, value: string): { directions: Partial<Directions>; rest: string } {
  if (field === 'ignored' || field === 'number' || field === 'caption') return { directions: {}, rest: '' }
  if (field === 'duration') {
    const seconds = durationOf(value) ?? durationOf(`${value}s`)
    return { directions: { durationSeconds: seconds }, rest: '' }
  }
  const { prompt, directions, transitionBefore } = extractDirections(value)
  if (field === 'transition') return { directions: { transition: directions.transition ?? transitionBefore }, rest: '' }
  return { directions, rest: prompt }
}

/** What is known stays; gaps are filled. */
function merged<D extends Directions>(known: D, more: Partial<Directions>): D {
  return {
    ...known,
    shotSize: known.shotSize ?? more.shotSize ?? null,
    angle: known.angle ?? more.angle ?? null,
    camera: known.camera ?? more.camera ?? null,
    durationSeconds: known.durationSeconds ?? more.durationSeconds ?? null,
    transition: known.transition ?? more.transition ?? null,
  }
}

function joint(before: string): string {
  if (before === '') return ''
  if (/[。！？]$/u.test(before)) return ''
  if (/\p{Script=Han}$/u.test(before)) return '，'
  return /[.!?…]$/u.test(before) ? ' ' : ', '
}

/** Text beyond a prompt's limit goes on in further shots, cut at sentences or spaces. */
function withinLimit(text: string): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > LIMITS.promptCharacters) {
    const head = rest.slice(0, LIMITS.promptCharacters)
    const sentence = Math.max(head.lastIndexOf('. '), head.lastIndexOf('。'))
    const at = sentence > head.length / 2 ? sentence + 1 : head.lastIndexOf(' ') > head.length / 2 ? head.lastIndexOf(' ') : wholeCharacters(head)
    parts.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trimStart()
  }
  return [...parts, rest]
}

function wholeCharacters(text: string): number {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length
}
