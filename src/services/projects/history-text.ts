/** Undo history as it is stored beside the project's row: its newest steps, as many as stay cheap to write. */
import { z } from 'zod'
import { DocumentDiffSchema } from '#core/history/diff-schema.ts'
import { History, type HistoryEntry, type HistoryState } from '#core/history/history.ts'

/** Written at every save, so it must stay small; steps on sequences of thousands of shots are large. */
const BUDGET_CHARACTERS = 1_000_000

const EntrySchema = z.strictObject({ label: z.string(), diff: DocumentDiffSchema, coalesceKey: z.string().nullable() })
const StateSchema = z.strictObject({ undo: z.array(EntrySchema), redo: z.array(EntrySchema) })

/** The newest undo and redo steps within the budget, as JSON. */
export function historyText(history: History): string {
  const { undo, redo } = history.state()
  return `{"undo":[${newest(undo, BUDGET_CHARACTERS)}],"redo":[${newest(redo, BUDGET_CHARACTERS)}]}`
}

/** An empty history where the text is missing, damaged or of another version: the document is whole without it. */
export function readHistory(text: string | null): History {
  if (text === null) return new History()
  try {
    return new History(StateSchema.parse(JSON.parse(text)) as unknown as HistoryState)
  } catch {
    return new History()
  }
}

function newest(entries: readonly HistoryEntry[], budget: number): string {
  const texts: string[] = []
  let used = 0
  for (const entry of entries.toReversed()) {
    const text = JSON.stringify(entry)
    used += text.length + 1
    if (used > budget) break
    texts.push(text)
  }
  return texts.toReversed().join(',')
}
