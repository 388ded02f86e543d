/** A project that is being worked on: its document, every edit of it journalled before it is acknowledged, undo, and saving. */
import { isRejection, type CommandContext, type CommandEnvelope, type Rejection } from '#core/commands/command.ts'
import { dispatchAll } from '#core/commands/dispatch.ts'
import { findCommand } from '#core/commands/registry.ts'
import type { ProjectDocument, Take } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { isEmptyDiff, type DiffSource, type DocumentDiff } from '#core/history/diff.ts'
import { History } from '#core/history/history.ts'
import type { Unsubscribe } from '#contracts/transport.ts'
import { timestamp, type Clock, type Timer } from '../clock.ts'
import type { Log } from '../log.ts'
import type { JournalKind } from '../storage/journal.ts'
import type { LibraryTables } from '../storage/tables.ts'
import { factsOf, indexedTake } from './project-facts.ts'
import { historyText } from './history-text.ts'
import { writeProjectFile, type SavedState } from './project-file.ts'
import { projectFile } from './project-folder.ts'
import type { HeldLock } from '../files/lock-file.ts'

export interface ProjectChange {
  readonly projectId: string
  readonly revision: number
  readonly diff: DocumentDiff
  readonly source: DiffSource
  readonly label: string
}

export interface HistoryState {
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly undoLabel: string | null
  readonly redoLabel: string | null
}

export type Edit = { readonly revision: number; readonly diff: DocumentDiff; readonly label: string }

export interface OpenProjectInit {
  readonly document: ProjectDocument
  readonly folder: string
  readonly revision: number
  /** What project.json holds; null where it is none of the studio's own states. */
  readonly saved: SavedState | null
  readonly history: History
  readonly lock: HeldLock
}

export interface OpenProjectPorts {
  readonly tables: LibraryTables
  readonly clock: Clock
  readonly log: Log
  readonly context: CommandContext
  /** Quiet time after the last edit until project.json is written. */
  readonly idleSaveMs: number
}

/** Journal rows that stay behind the saved revision, for people who look into what happened. */
const KEPT_ENTRIES = 200

export class OpenProject {
  readonly projectId: string
  readonly folder: string
  readonly #ports: OpenProjectPorts
  #history: History
  readonly #lock: HeldLock
  readonly #listeners = new Set<(change: ProjectChange) => void>()
  #document: ProjectDocument
  #revision: number
  #saved: SavedState | null
  #idleTimer: Timer | null = null
  #isClosed = false

  constructor(init: OpenProjectInit, ports: OpenProjectPorts) {
    this.projectId = init.document.project.id
    this.folder = init.folder
    this.#ports = ports
    this.#history = init.history
    this.#lock = init.lock
    this.#document = init.document
    this.#revision = init.revision
    this.#saved = init.saved
    if (this.#saved?.revision !== init.revision) this.#scheduleSave()
  }

  get document(): ProjectDocument {
    return this.#document
  }

  get revision(): number {
    return this.#revision
  }

  get historyState(): HistoryState {
    const { canUndo, canRedo, undoLabel, redoLabel } = this.#history
    return { canUndo, canRedo, undoLabel, redoLabel }
  }

  onChange(listener: (change: ProjectChange) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Applies a command. When this returns an edit, the edit is on the disk; when it throws, nothing has changed. */
  dispatch(command: CommandEnvelope, source: DiffSource, coalesceKey: string | null): Edit | Rejection {
    return this.dispatchAll([command], source, coalesceKey)
  }

  /** As `dispatch`, for several commands that make one edit: all of them or none. */
  dispatchAll(commands: readonly CommandEnvelope[], source: DiffSource, coalesceKey: string | null = null): Edit | Rejection {
    const reserved = source === 'user' ? commands.find(({ type }) => findCommand(type)?.source === 'engine') : undefined
    if (reserved) return reservedForEngine(reserved.type)
    const outcome = dispatchAll(this.#document, commands, this.#ports.context)
    if (isRejection(outcome)) return outcome
    const { document, diff, label } = outcome
    if (isEmptyDiff(diff)) return { revision: this.#revision, diff, label }
    this.#commit(document, { kind: 'edit', source, label, coalesceKey, diff })
    if (source === 'user') this.#history.record(diff, label, coalesceKey)
    return this.#published(diff, source, label)
  }

  /** Takes the last edit of the person back; null where there is none. */
  undo(): Edit | null {
    return this.#step('undo')
  }

  redo(): Edit | null {
    return this.#step('redo')
  }

  /** Writes project.json if it does not hold the newest revision yet; throws where the disk refuses, and the journal keeps the edits. */
  save(): { readonly file: string; readonly revision: number } {
    const { tables, clock } = this.#ports
    const { projectId } = this
    this.#idleTimer?.cancel()
    this.#idleTimer = null
    const revision = this.#revision
    this.#saved = writeProjectFile(this.folder, this.#document, revision, this.#saved)
    tables.transaction(() => {
      tables.projects.markSaved(projectId, { revision, history: historyText(this.#history) })
      tables.projects.updateFacts(projectId, factsOf(this.#document), timestamp(clock))
      tables.journal.prune(projectId, revision, KEPT_ENTRIES)
    })
    return { file: projectFile(this.folder), revision }
  }

  /** Saves and lets go of the project; the lock is released even where saving fails. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      if (this.#saved?.revision !== this.#revision) this.save()
    } finally {
      this.#idleTimer?.cancel()
      this.#listeners.clear()
      this.#lock.release()
    }
  }

  /** Lets go without saving: for a project that never came to be. */
  abandon(): void {
    this.#isClosed = true
    this.#idleTimer?.cancel()
    this.#listeners.clear()
    this.#lock.release()
  }

  #step(kind: 'undo' | 'redo'): Edit | null {
    const before = this.#history.state()
    const step = kind === 'undo' ? this.#history.undo(this.#document) : this.#history.redo(this.#document)
    if (!step) return null
    try {
      this.#commit(step.document, { kind, source: 'user', label: step.label, coalesceKey: null, diff: step.diff })
    } catch (error) {
      this.#history = new History(before)
      throw error
    }
    return this.#published(step.diff, 'user', step.label)
  }

  #requireOpen(): void {
    if (!this.#isClosed) return
    throw new StudioError({ code: 'NOT_READY', message: `"${this.#document.project.title}" was closed.`, remedy: 'Open it again.' })
  }

  #commit(document: ProjectDocument, edit: { readonly kind: JournalKind; readonly source: DiffSource; readonly label: string; readonly coalesceKey: string | null; readonly diff: DocumentDiff }): void {
    const { tables, clock } = this.#ports
    this.#requireOpen()
    const revision = this.#revision + 1
    tables.transaction(() => {
      tables.journal.append(this.projectId, { revision, ...edit, at: timestamp(clock) })
      for (const take of Object.values(edit.diff.collections.takes?.added ?? {})) tables.takes.add(indexedTake(this.projectId, take as Take))
    })
    this.#document = document
    this.#revision = revision
    this.#scheduleSave()
  }

  #published(diff: DocumentDiff, source: DiffSource, label: string): Edit {
    const change: ProjectChange = { projectId: this.projectId, revision: this.#revision, diff, source, label }
    for (const listener of [...this.#listeners]) listener(change)
    return { revision: change.revision, diff, label }
  }

  #scheduleSave(): void {
    const { clock, idleSaveMs } = this.#ports
    this.#idleTimer?.cancel()
    this.#idleTimer = clock.after(idleSaveMs, () => this.#saveOnIdle())
  }

  /** A failed idle save loses nothing: the journal holds the edits, and the next one tries again. */
  #saveOnIdle(): void {
    try {
      this.save()
    } catch (error) {
      this.#ports.log.write('warn', 'project.json could not be written on idle', { projectId: this.projectId, error })
    }
  }
}

/** Takes and media records prove files that the program itself wrote; nobody else may add them. */
function reservedForEngine(type: string): Rejection {
  return { rejected: 'not-possible', message: `Only the studio itself can do "${type}".`, remedy: 'Generate a take or import a file instead.' }
}
