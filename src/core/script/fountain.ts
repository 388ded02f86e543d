/** Reads screenplays in Fountain (fountain.io/syntax): a shot for each paragraph of action, dialogue as captions. */
import { draftShot, ShotList } from './draft-shot.ts'
import type { DraftShot } from './draft-shot.ts'
import { extractDirections } from './directions.ts'
import type { ParsedShot } from './parsed-shot.ts'
import { readSceneHeading, sceneWords } from './scene-heading.ts'
import type { Scene } from './scene-heading.ts'
import { transitionOf } from './transition-words.ts'

const TITLE_PAGE_KEY = /^(?:title|credit|author|authors|source|draft date|contact|copyright|notes|revision|date)\s*:/iu
const UPPER_TRANSITION = /^[^\p{Ll}]*\bTO:$/u
const CHARACTER = /^(?=.*\p{Lu})[^\p{Ll}]{1,60}?(?:\s*\([^)]{1,40}\))*\s*\^?$/u

const OFF_SCREEN = /[(（][^)）]*(?:\bV\.?\s?O\b|\bO\.?\s?[SC]\b|\bOFF\b|画外音|旁白)/iu

/** A text is Fountain if any of its lines is a scene heading, or if it starts with a title page. */
export function isFountain(text: string): boolean {
  if (/^\s*title\s*:.*\n(?:.+\n)*(?:author|credit|draft date|source)s?\s*:/iu.test(text)) return true
  return text.split('\n', 20_000).some((line) => readSceneHeading(line, { forced: false }) !== null)
}

export function parseFountain(text: string): readonly ParsedShot[] {
  const body = withoutTitlePage(without(without(text, '/*', '*/'), '[[', ']]'))
  return new FountainReader(body.split('\n')).read()
}

class FountainReader {
  readonly #lines: readonly string[]
  readonly #list = new ShotList()
  #scene: Scene | null = null
  #open: DraftShot | null = null
  /** The last shot that was read, kept back for the speech that may follow it. */
  #pending: DraftShot | null = null
  #lastSpoken: DraftShot | null = null
  #sceneHasShot = true
  #at = 0

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  read(): readonly ParsedShot[] {
    while (this.#at < this.#lines.length) this.#readElement()
    this.#closeScene()
    return this.#list.shots
  }

  #readElement(): void {
    const line = this.#lines[this.#at]!.trim()
    const isAfterBlank = this.#at === 0 || this.#lines[this.#at - 1]!.trim() === ''
    const isBeforeBlank = (this.#lines[this.#at + 1] ?? '').trim() === ''
    this.#at++
    if (line === '' || line.startsWith('#') || line.startsWith('=')) return this.#close()
    const scene = isAfterBlank || line.startsWith('.') ? readSceneHeading(line, { forced: true, previous: this.#scene }) : null
    if (scene) return this.#startScene(scene)
    if (isTransition(line)) return this.#takeTransition(line)
    if (line.startsWith('@') || (isAfterBlank && !isBeforeBlank && isCharacter(line))) return this.#readDialogue(line.replace(/^@/u, ''))
    this.#addAction(line)
  }

  #startScene(scene: Scene): void {
    this.#closeScene()
    this.#scene = scene
    this.#sceneHasShot = false
  }

  #addAction(line: string): void {
    const text = withoutEmphasis(line.replace(/^!/u, '').replace(/^~\s*/u, '').replace(/^>\s*(.*?)\s*<$/u, '$1'))
    this.#open ??= this.#newShot('')
    this.#open.text.push(text)
  }

  /** The first speech of a shot is its caption; further ones are shots of their own, on the speaker. */
  #readDialogue(cue: string): void {
    const speaker = nameOf(cue)
    const spoken: string[] = []
    const manner: string[] = []
    for (; this.#at < this.#lines.length && this.#lines[this.#at] !== ''; this.#at++) {
      const line = this.#lines[this.#at]!.trim()
      if (/^\(.*\)$/u.test(line)) manner.push(line.slice(1, -1))
      else if (line !== '') spoken.push(withoutEmphasis(line.replace(/^~\s*/u, '')))
    }
    const isOffScreen = OFF_SCREEN.test(cue)
    const shot = this.#shotToSpeakIn(speaker, isOffScreen)
    shot.caption.push(spoken.join(' '))
    if (manner.length > 0 && !isOffScreen) shot.text.push(`${speaker} ${manner.join(', ')}.`)
    this.#lastSpoken = shot
  }

  #shotToSpeakIn(speaker: string, isOffScreen: boolean): DraftShot {
    this.#close()
    if (this.#pending && this.#pending.caption.length === 0) return this.#pending
    if (this.#pending && isOffScreen && this.#pending === this.#lastSpoken) return this.#pending
    this.#flush()
    this.#pending = this.#newShot(isOffScreen ? '' : `${speaker} speaking.`)
    return this.#pending
  }

  #takeTransition(line: string): void {
    this.#close()
    this.#flush()
    const words = transitionOf(line.replace(/^>\s*/u, ''))
    if (words) this.#list.transition(words.kind)
    else if (UPPER_TRANSITION.test(line)) this.#list.transition('cut')
  }

  #newShot(text: string): DraftShot {
    this.#sceneHasShot = true
    return draftShot(text, { scene: sceneWords(this.#scene) })
  }

  #close(): void {
    if (!this.#open) return
    this.#flush()
    this.#pending = this.#open
    this.#open = null
  }

  #flush(): void {
    if (this.#pending) this.#list.add(this.#pending)
    this.#pending = null
  }

  /** A scene of which only the heading is written is one shot of its place. */
  #closeScene(): void {
    this.#close()
    this.#flush()
    if (!this.#sceneHasShot) this.#list.add(draftShot(sceneWords(this.#scene)))
  }
}

function isTransition(line: string): boolean {
  if (/^>.*<$/u.test(line)) return false
  return line.startsWith('>') || UPPER_TRANSITION.test(line) || (line === line.toUpperCase() && transitionOf(line) !== null)
}

/** "CLOSE ON:" looks like a character's cue but is a direction. */
function isCharacter(line: string): boolean {
  return CHARACTER.test(line) && !line.endsWith(':') && extractDirections(line).prompt.toLowerCase() === line.toLowerCase()
}

function nameOf(cue: string): string {
  const name = cue.replace(/\([^)]*\)/gu, '').replace(/\^$/u, '').trim()
  return name.toLowerCase().replace(/(?<![\p{L}\p{N}'’])\p{L}/gu, (letter) => letter.toUpperCase())
}

function withoutEmphasis(text: string): string {
  return text.replace(/(?<!\\)(\*{1,3}|_)(?=\S)([^*_\n]{1,2000}?)(?<=\S)\1/gu, '$2').replace(/\\([*_])/gu, '$1')
}

/** "Key: value" lines at the top, up to the first blank line. */
function withoutTitlePage(text: string): string {
  const start = text.trimStart()
  if (!TITLE_PAGE_KEY.test(start)) return text
  const end = start.search(/\n\s*\n/u)
  return end < 0 ? '' : start.slice(end)
}

/** The text without what stands between two marks; an opening mark that is never closed is text. */
function without(text: string, open: string, close: string): string {
  const kept: string[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf(open, from)
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length)
    if (end < 0) return [...kept, text.slice(from)].join('')
    kept.push(text.slice(from, start))
    from = end + close.length
  }
}
