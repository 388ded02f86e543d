/** Undo and redo as record diffs of user edits; what the engine adds in between survives both. */
import { changesOf } from '../document/changes.ts'
import { repairInvariants } from '../document/invariants.ts'
import type { ProjectDocument } from '../document/schema.ts'
import { diffDocuments, invertDiff, isEmptyDiff, type DocumentDiff } from './diff.ts'
import { applyMerging, composeDiffs } from './merge.ts'

/** Undo steps that are kept; older ones are forgotten. */
export const HISTORY_LIMIT = 500

export interface HistoryEntry {
  readonly label: string
  /** Leads from before the edit to after it. */
  readonly diff: DocumentDiff
  /** Edits in a row of the same key are one step (typing in one field, one drag); null: a step of its own. */
  readonly coalesceKey: string | null
}

/** Plain data: can be stored and given back to the constructor. */
export interface HistoryState {
  /** Oldest first; the last one is undone next. */
  readonly undo: readonly HistoryEntry[]
  /** The last one is redone next. */
  readonly redo: readonly HistoryEntry[]
}

export interface HistoryStep {
  readonly document: ProjectDocument
  /** What really changed: as much of the step as the document, changed by the engine meanwhile, still had room for. */
  readonly diff: DocumentDiff
  readonly label: string
}

export class History {
  readonly #limit: number
  #undo: HistoryEntry[]
  #redo: HistoryEntry[]
  /** Edits of an open drag, joined; null while none is open. */
  #drag: { entry: HistoryEntry | null } | null = null
  /** False after an undo, redo or drag: the next edit is a step of its own even with the same key. */
  #canCoalesce = false

  constructor(state: HistoryState = { undo: [], redo: [] }, limit = HISTORY_LIMIT) {
    this.#limit = limit
    this.#undo = state.undo.slice(-limit)
    this.#redo = [...state.redo]
  }

  get canUndo(): boolean { return this.#drag?.entry != null || this.#undo.length > 0 }
  get canRedo(): boolean { return this.#redo.length > 0 }
  get undoLabel(): string | null { return (this.#drag?.entry ?? this.#undo.at(-1))?.label ?? null }
  get redoLabel(): string | null { return this.#redo.at(-1)?.label ?? null }

  /** Notes a user edit, which clears what could be redone. Never give it an engine's or a loaded diff. */
  record(diff: DocumentDiff, label: string, coalesceKey: string | null = null): void {
    if (isEmptyDiff(diff)) return
    this.#redo = []
    if (this.#drag) {
      this.#drag.entry = join(this.#drag.entry, { diff, label, coalesceKey: null })
      return
    }
    const last = this.#undo.at(-1)
    const isSameStep = this.#canCoalesce && coalesceKey !== null && last?.coalesceKey === coalesceKey
    if (isSameStep) this.#undo.pop()
    this.#push(isSameStep && last ? join(last, { diff, label, coalesceKey }) : { diff, label, coalesceKey })
    this.#canCoalesce = true
  }

  /** Ends the present run of coalescing: the next edit is a step of its own. */
  seal(): void {
    this.#canCoalesce = false
  }

  /** Begins a drag: until `commit` or `bail`, all edits are one step. A drag still open is committed first. */
  mark(): void {
    this.commit()
    this.#drag = { entry: null }
  }

  /** Ends the drag; what it changed in all is one undo step, under the label given or that of its last edit. */
  commit(label?: string): void {
    const entry = this.#drag?.entry
    this.#drag = null
    this.#canCoalesce = false
    if (entry && !isEmptyDiff(entry.diff)) this.#push({ ...entry, label: label ?? entry.label })
  }

  /** Breaks the drag off: the document as it was at the mark (with what the engine added since), or null if nothing moved. */
  bail(document: ProjectDocument): HistoryStep | null {
    const entry = this.#drag?.entry
    this.#drag = null
    this.#canCoalesce = false
    return entry ? step(document, invertDiff(entry.diff), entry.label) : null
  }

  /** Takes back the last user edit, or null if there is none. Finished takes stay, whatever is undone. */
  undo(document: ProjectDocument): HistoryStep | null {
    this.commit()
    for (let entry = this.#undo.pop(); entry; entry = this.#undo.pop()) {
      const undone = step(document, invertDiff(entry.diff), entry.label)
      // A step that no longer changes anything would look like a broken key: the one before is undone instead.
      if (isEmptyDiff(undone.diff)) continue
      this.#redo.push({ ...entry, diff: invertDiff(undone.diff), coalesceKey: null })
      return undone
    }
    return null
  }

  /** Makes the last undone edit again, or null if there is none. */
  redo(document: ProjectDocument): HistoryStep | null {
    this.commit()
    for (let entry = this.#redo.pop(); entry; entry = this.#redo.pop()) {
      const redone = step(document, entry.diff, entry.label)
      if (isEmptyDiff(redone.diff)) continue
      this.#push({ ...entry, diff: redone.diff })
      return redone
    }
    return null
  }

  /** For storage; an open drag counts as committed. */
  state(): HistoryState {
    const open = this.#drag?.entry
    return { undo: open ? [...this.#undo, open].slice(-this.#limit) : [...this.#undo], redo: [...this.#redo] }
  }

  #push(entry: HistoryEntry): void {
    this.#undo.push(entry)
    if (this.#undo.length > this.#limit) this.#undo.shift()
  }
}

function join(earlier: HistoryEntry | null, later: HistoryEntry): HistoryEntry {
  return earlier ? { ...later, diff: composeDiffs(earlier.diff, later.diff) } : later
}

/** The diff is taken between the documents themselves, so that it tells exactly what happened, repairs included. */
function step(document: ProjectDocument, diff: DocumentDiff, label: string): HistoryStep {
  const moved = applyMerging(document, diff)
  const movedDiff = diffDocuments(document, moved)
  const next = repairInvariants(moved, changesOf(movedDiff))
  return { document: next, diff: next === moved ? movedDiff : diffDocuments(document, next), label }
}
