/** Reads storyboard tables in Markdown: one row a shot, columns by the names in their heading. */
import { draftShot } from './draft-shot.ts'
import type { DraftShot } from './draft-shot.ts'
import { fieldNamed, spokenText } from './fields.ts'
import type { FieldName } from './fields.ts'

const ROW = /^\s*\|.*\|\s*$/u
const DIVIDER = /^\s*\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*$/u

export function isTableRow(line: string): boolean {
  return ROW.test(line)
}

/** Without a heading that names its columns, every cell of a row is text. */
export function readTable(rows: readonly string[]): DraftShot[] {
  const hasHeading = DIVIDER.test(rows[1] ?? '')
  const columns = hasHeading ? cells(rows[0]!).map(fieldNamed) : []
  return rows.filter((row, index) => !DIVIDER.test(row) && !(hasHeading && index === 0)).map((row) => readRow(cells(row), columns))
}

function readRow(values: readonly string[], columns: readonly (FieldName | null)[]): DraftShot {
  const draft = draftShot('', { isNamed: true })
  for (const [index, value] of values.entries()) {
    const field = columns[index] ?? 'prompt'
    if (value === '' || /^[-–—/]$/u.test(value) || field === 'number') continue
    if (field === 'prompt') draft.text.push(value)
    else if (field === 'caption') draft.caption.push(spokenText(value))
    else draft.fields.push({ field, value })
  }
  return draft
}

function cells(row: string): string[] {
  return row.trim().replace(/^\||\|$/gu, '').split(/(?<!\\)\|/u).map((cell) => cell.replaceAll('\\|', '|').replace(/<br\s*\/?>/giu, ' ').replace(/\*\*|__|`/gu, '').trim())
}
