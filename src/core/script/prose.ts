/** Reads plain text and Markdown: a shot for each label, list item, paragraph or line, whichever the text uses. */
import { LIMITS } from '../document/schema.ts'
import { extractDirections } from './directions.ts'
import { draftShot, ShotList } from './draft-shot.ts'
import type { DraftShot } from './draft-shot.ts'
import { fieldLine, spokenText } from './fields.ts'
import { isTableRow, readTable } from './markdown-table.ts'
import type { ParsedShot } from './parsed-shot.ts'
import { transitionOf } from './transition-words.ts'

const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,}|={3,}|(?:- ){2,}-|(?:\* ){2,}\*)\s*$/u
const HEADING = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/u
const BULLET = /^\s*[-*•·+]\s+(?:\[[ xX]\]\s+)?(.*)$/u
const NUMBERED = /^\s*(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:[.)）]\s+|[、．]\s*)(.*)$/u
/** "Shot 3:", "SCENE 2 -", "Plano 4.", "镜头三：", "第3镜" and the like; the brackets may hold a length or a framing. */
const LABEL = /^[\s\p{Extended_Pictographic}\ufe0f]*(?:\*{1,2}|_{1,2})?[\s\p{Extended_Pictographic}\ufe0f]*(?:(?:shot|scene|clip|frame|panel|take|plano|cena|tomada|quadro)\s*(?:no\.?\s*|n[º°]\s*|#\s*)?\d{1,4}[a-z]?|(?:镜头|分镜|场景|画面|镜)\s*(?:\d{1,4}|[一二三四五六七八九十]{1,3})|第\s*(?:\d{1,4}|[一二三四五六七八九十]{1,3})\s*(?:镜头|镜|幕|场|个镜头))\s*(?:\*{1,2}|_{1,2})?\s*((?:[([（【][^)\]）】]{1,100}[)\]）】])?)\s*(?:[:：.．|]|[-–—](?=\s)|$|\s(?=\S))\s*(?:\*{1,2}|_{1,2})?\s*(.*)$/iu
const BOLD_LINE = /^\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*[:：]?\s*$/u
const QUOTE = /^\s*>\s?(.*)$/u

/** A line that is nothing but speech. */
const SPEECH = /^\s*(?:"[^"]+"|“[^”]+”|«[^»]+»|「[^」]+」|『[^』]+』)\s*$/u

/** A line that opens with a dash behind a finished sentence: how Portuguese and French set speech. */
const DASHED_SPEECH = /^\s*[—―]\s*(?=\S)(.*)$/u
const SENTENCE_END = /[.!?…。！？:：)）"”]\s*$/u

type Line =
  | { readonly kind: 'blank' | 'rule' }
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string; readonly isLabel: boolean }
  /** `isTitle`: a line of its own in a heading's place, so that its words name the shot if others describe it. */
  | { readonly kind: 'label'; readonly text: string; readonly isTitle: boolean }
  | { readonly kind: 'item' | 'text' | 'quote' | 'transition' | 'row'; readonly text: string }

/** How lines without labels and list marks make shots. */
type Style = 'paragraph' | 'line'

export function parseProse(text: string): readonly ParsedShot[] {
  const lines = withDashedSpeech(text.split('\n').map(classify))
  return new ProseReader(lines, styleOf(lines)).read()
}

class ProseReader {
  readonly #lines: readonly Line[]
  readonly #style: Style
  readonly #list = new ShotList()
  #open: DraftShot | null = null
  /** Under "Shot 3" everything belongs to shot 3, until the next label. */
  #isUnderLabel = false
  #heading = ''
  #title = ''
  #rows: string[] = []

  constructor(lines: readonly Line[], style: Style) {
    this.#lines = lines
    this.#style = style
  }

  read(): readonly ParsedShot[] {
    for (const [index, line] of this.#lines.entries()) {
      if (line.kind !== 'row') this.#closeTable()
      this.#take(line, this.#lines[index + 1]?.kind)
    }
    this.#closeTable()
    this.#close()
    this.#closeHeading()
    return this.#list.shots
  }

  #take(line: Line, next: Line['kind'] | undefined): void {
    switch (line.kind) {
      case 'blank': return this.#isUnderLabel ? undefined : this.#close()
      case 'rule': return this.#end()
      case 'heading': return this.#takeHeading(line.text, line.isLabel)
      case 'label': return this.#openLabel(line.text, line.isTitle)
      case 'item': return this.#isUnderLabel ? this.#addText(line.text) : this.#openItem(line.text)
      case 'quote': return this.#addCaption(line.text)
      case 'transition': return this.#takeTransition(line.text)
      case 'row': return void this.#rows.push(line.text)
      case 'text': return this.#takeText(line.text, next)
    }
  }

  #takeHeading(text: string, isLabel: boolean): void {
    this.#end()
    this.#closeHeading()
    if (isLabel) this.#openLabel(labelled(text) ?? text, true)
    else this.#heading = text
  }

  #openLabel(text: string, isTitle: boolean): void {
    this.#close()
    this.#heading = ''
    this.#isUnderLabel = true
    this.#open = draftShot('', { isNamed: true })
    if (isTitle) this.#title = text
    else if (text !== '') this.#addText(text)
  }

  /** A title's directions count; its other words name the shot if something else describes it. */
  #settleTitle(draft: DraftShot): void {
    const { prompt, directions } = extractDirections(this.#title)
    const isDescribed = draft.text.some((line) => extractDirections(line).prompt !== '')
    if (!isDescribed || prompt === '') draft.text.unshift(this.#title)
    else {
      draft.name = prompt.slice(0, LIMITS.titleCharacters)
      if (directions.durationSeconds !== null) draft.fields.push({ field: 'duration', value: `${directions.durationSeconds}s` })
    }
    this.#title = ''
  }

  #openItem(text: string): void {
    const field = fieldLine(text)
    if (field && this.#open) return this.#addText(text)
    this.#close()
    this.#addText(text)
  }

  #takeText(text: string, next: Line['kind'] | undefined): void {
    const startsShot = this.#style === 'line' && !this.#isUnderLabel && !fieldLine(text)
    if (startsShot) this.#close()
    this.#addText(text)
    if (startsShot && next === 'blank') this.#close()
  }

  #addText(text: string): void {
    this.#heading = ''
    this.#open ??= draftShot('')
    const field = fieldLine(text)
    if (!field) this.#open.text.push(text)
    else if (field.field === 'caption') this.#open.caption.push(spokenText(field.value))
    else if (field.field === 'prompt') this.#open.text.push(field.value)
    else this.#open.fields.push(field)
  }

  #addCaption(text: string): void {
    const spoken = spokenText(text)
    if (spoken === '' || (this.#open === null && this.#list.speak(spoken))) return
    this.#open ??= draftShot('')
    this.#open.caption.push(spoken)
  }

  #takeTransition(text: string): void {
    const words = transitionOf(text)
    this.#close()
    if (words) this.#list.transition(words.kind)
  }

  #close(): void {
    if (this.#open && this.#title !== '') this.#settleTitle(this.#open)
    if (this.#open) this.#list.add(this.#open)
    this.#open = null
  }

  #end(): void {
    this.#close()
    this.#isUnderLabel = false
  }

  /** A heading with nothing under it is all that its author said of the shot. */
  #closeHeading(): void {
    if (this.#heading !== '' && this.#headingsAreShots()) this.#list.add(draftShot(this.#heading))
    this.#heading = ''
  }

  #headingsAreShots(): boolean {
    return !this.#lines.some(({ kind }) => kind === 'text' || kind === 'item' || kind === 'label' || kind === 'row') && this.#lines.filter(({ kind }) => kind === 'heading').length > 1
  }

  #closeTable(): void {
    if (this.#rows.length === 0) return
    this.#end()
    for (const draft of readTable(this.#rows)) this.#list.add(draft)
    this.#rows = []
  }
}

function classify(line: string): Line {
  if (line.trim() === '') return { kind: 'blank' }
  if (RULE.test(line)) return { kind: 'rule' }
  if (isTableRow(line)) return { kind: 'row', text: line }
  const heading = HEADING.exec(line)
  if (heading) return { kind: 'heading', depth: heading[1]!.length, text: plain(heading[2]!), isLabel: LABEL.test(heading[2]!) }
  const label = labelled(plain(line)) ?? labelled(plain(BULLET.exec(line)?.[1] ?? ''))
  if (label !== null) return { kind: 'label', text: label, isTitle: BOLD_LINE.test(line) }
  const numbered = NUMBERED.exec(line)
  if (numbered) return { kind: 'label', text: labelled(plain(numbered[1]!)) ?? plain(numbered[1]!), isTitle: BOLD_LINE.test(numbered[1]!) }
  const bullet = BULLET.exec(line)
  if (bullet) return { kind: 'item', text: plain(bullet[1]!) }
  const quote = QUOTE.exec(line)
  if (quote) return { kind: 'quote', text: plain(quote[1]!) }
  if (SPEECH.test(line)) return { kind: 'quote', text: plain(line) }
  const text = plain(line).trim()
  return { kind: transitionOf(text) ? 'transition' : 'text', text }
}

/** A dash opens speech only below what it belongs to: lists may be written with dashes as well. */
function withDashedSpeech(lines: readonly Line[]): readonly Line[] {
  const read: Line[] = []
  for (const line of lines) {
    const before = read.at(-1)
    const speech = line.kind === 'text' ? DASHED_SPEECH.exec(line.text) : null
    const belongs = before?.kind === 'quote' || (before?.kind === 'text' && !DASHED_SPEECH.test(before.text) && SENTENCE_END.test(before.text))
    read.push(speech && belongs ? { kind: 'quote', text: speech[1]! } : line)
  }
  return read
}

function labelled(line: string): string | null {
  const match = LABEL.exec(line)
  return match ? `${match[1] ?? ''} ${match[2] ?? ''}`.trim() : null
}

/** Text without blank lines is a shot a line, and so are paragraphs all of whose lines are whole sentences. */
function styleOf(lines: readonly Line[]): Style {
  const first = lines.findIndex(({ kind }) => kind === 'text')
  const last = lines.findLastIndex(({ kind }) => kind === 'text')
  const body = lines.slice(first, last + 1)
  if (!body.some(({ kind }) => kind === 'blank')) return 'line'
  const texts = body.flatMap((line) => (line.kind === 'text' ? [line.text] : []))
  const hasNeighbours = body.some((line, index) => line.kind === 'text' && body[index + 1]?.kind === 'text')
  return hasNeighbours && texts.every((text) => /[.!?…。！？)）\]】"”]$/u.test(text)) ? 'line' : 'paragraph'
}

/** Markdown's marks go, its words stay. */
function plain(text: string): string {
  if (!/[*_`![\]<]/u.test(text)) return text
  return text
    .replace(/!\[[^[\]]{0,200}\]\([^()]{0,500}\)/gu, '')
    .replace(/\[([^[\]]{1,200})\]\([^()]{0,500}\)/gu, '$1')
    .replace(/<!--.*?-->/gu, '')
    .replace(/(\*{1,3}|`{1,3})(?=\S)([^*`\n]{1,2000}?)(?<=\S)\1/gu, '$2')
    .replace(/(?<![\p{L}\p{N}])(_{1,3})(?=\S)([^_\n]{1,2000}?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
}
