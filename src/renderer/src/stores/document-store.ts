/** The replica of the open project: follows the studio by diffs, sends edits one after another, and loses none when the line drops. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CommandEnvelope } from '#core/commands/command.ts'
import { applyDiff, type DocumentDiff } from '#core/history/diff.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import type { EditResult, ProjectSnapshot } from '#contracts/studio-api.ts'
import type { StudioCaller } from './link.ts'

export type HistoryState = ProjectSnapshot['history']

export interface OpenProject {
  readonly projectId: string
  readonly document: ProjectDocument
  readonly revision: number
  readonly history: HistoryState
  readonly folder: string
}

export interface DocumentState {
  readonly status: 'closed' | 'opening' | 'open' | 'failed'
  readonly open: OpenProject | null
  readonly error: StudioError | null
  /** The document as it would be after the drag under way; null when nothing is dragged. */
  readonly preview: ProjectDocument | null
  /** Edits that the studio has not confirmed yet. */
  readonly pendingEdits: number
}

/** Null where there is nothing to send. */
type Send = (open: OpenProject) => Promise<EditResult> | null

export class DocumentStore {
  readonly state: StoreApi<DocumentState> = createStore<DocumentState>(() => ({ status: 'closed', open: null, error: null, preview: null, pendingEdits: 0 }))
  readonly #caller: StudioCaller
  readonly #onRefused: (message: string, remedy: string) => void
  #tail: Promise<unknown> = Promise.resolve()
  #resyncing: Promise<void> | null = null

  constructor(caller: StudioCaller, onRefused: (message: string, remedy: string) => void) {
    this.#caller = caller
    this.#onRefused = onRefused
    caller.on('project.changed', (change) => {
      if (change.projectId !== this.state.getState().open?.projectId) return
      this.#follow(change.revision, change.diff as unknown as DocumentDiff)
      this.#patch({ history: change.history })
    })
    caller.onReady(() => {
      if (this.state.getState().open) void this.resync()
    })
  }

  /** Opens what the caller fetches: an existing project or one just made. */
  async open(fetch: () => Promise<ProjectSnapshot>): Promise<boolean> {
    this.state.setState({ status: 'opening', open: null, error: null, preview: null })
    try {
      this.#take(await fetch())
      return true
    } catch (cause) {
      this.state.setState({ status: 'failed', open: null, error: asStudioError(cause) })
      return false
    }
  }

  close(): void {
    const open = this.state.getState().open
    this.state.setState({ status: 'closed', open: null, error: null, preview: null })
    // The studio keeps every confirmed edit whether or not it hears of the closing.
    if (open) this.#caller.call('project.close', { projectId: open.projectId }).catch(() => undefined)
  }

  dispatch(type: string, payload: unknown, coalesceKey: string | null = null): Promise<EditResult | null> {
    return this.dispatchFrom(() => ({ type, payload }), coalesceKey)
  }

  /**
   * An edit that depends on the document as it will be when its turn comes: two quick presses of an arrow key are two
   * steps, although the second comes before the studio has confirmed the first. Null: there is nothing to do any more.
   */
  dispatchFrom(command: (document: ProjectDocument) => CommandEnvelope | null, coalesceKey: string | null = null): Promise<EditResult | null> {
    return this.#enqueue(({ projectId, document }) => {
      const envelope = command(document)
      return envelope && this.#caller.call('project.dispatch', { projectId, command: envelope, coalesceKey })
    })
  }

  undo(): Promise<EditResult | null> {
    return this.#enqueue(({ projectId }) => this.#caller.call('project.undo', { projectId }))
  }

  redo(): Promise<EditResult | null> {
    return this.#enqueue(({ projectId }) => this.#caller.call('project.redo', { projectId }))
  }

  setPreview(preview: ProjectDocument | null): void {
    if (this.state.getState().preview !== preview) this.state.setState({ preview })
  }

  /** Fetches the whole document again: after a gap in the revisions or a lost line. */
  async resync(): Promise<void> {
    this.#resyncing ??= this.#fetchSnapshot().finally(() => {
      this.#resyncing = null
    })
    await this.#resyncing
  }

  async #fetchSnapshot(): Promise<void> {
    const open = this.state.getState().open
    if (!open) return
    try {
      const snapshot = await this.#caller.call('project.open', { projectId: open.projectId, folder: null })
      if (this.state.getState().open?.projectId === open.projectId) this.#take(snapshot)
    } catch (cause) {
      const error = asStudioError(cause)
      // A lost line brings its own resync when it is back; anything else means that the project cannot be followed any more.
      if (error.code !== 'DISCONNECTED') this.state.setState({ status: 'failed', error })
    }
  }

  #enqueue(send: Send): Promise<EditResult | null> {
    this.state.setState((state) => ({ pendingEdits: state.pendingEdits + 1 }))
    const result = this.#tail.then(() => this.#deliver(send))
    this.#tail = result.catch(() => undefined)
    return result.finally(() => this.state.setState((state) => ({ pendingEdits: state.pendingEdits - 1 })))
  }

  /** Sends one edit; if the line drops on the way, finds out whether it had arrived before sending it again. */
  async #deliver(send: Send): Promise<EditResult | null> {
    for (;;) {
      const open = this.state.getState().open
      if (!open) return null
      try {
        const result = await send(open)
        if (result) this.#settle(result)
        return result
      } catch (cause) {
        const error = asStudioError(cause)
        if (error.code !== 'DISCONNECTED') {
          this.#onRefused(error.message, error.remedy)
          return null
        }
        await this.#caller.whenReady()
        await this.resync()
        const revision = this.state.getState().open?.revision
        if (revision === undefined || revision > open.revision) return null
      }
    }
  }

  #settle(result: EditResult): void {
    if (result.ok) this.#follow(result.revision, result.diff as unknown as DocumentDiff)
    else this.#onRefused(result.message, result.remedy)
  }

  /** An answer and an event tell of the same edit; whichever comes first is applied, the other is known already. */
  #follow(revision: number, diff: DocumentDiff): void {
    const open = this.state.getState().open
    if (!open || revision <= open.revision) return
    if (revision > open.revision + 1) {
      void this.resync()
      return
    }
    this.state.setState({ open: { ...open, document: applyDiff(open.document, diff), revision } })
  }

  #take(snapshot: ProjectSnapshot): void {
    const { document, revision, folder, history } = snapshot
    this.state.setState({ status: 'open', error: null, open: { projectId: document.project.id, document, revision, folder, history } })
  }

  #patch(part: Partial<OpenProject>): void {
    const open = this.state.getState().open
    if (open) this.state.setState({ open: { ...open, ...part } })
  }
}

export function asStudioError(cause: unknown): StudioError {
  if (cause instanceof StudioError) return cause
  return new StudioError({
    code: 'INTERNAL',
    message: 'The interface met an error that it did not expect.',
    remedy: 'Try again. If it happens again, restart the studio.',
    cause,
  })
}
