import { describe, expect, it } from 'vitest'
import type { EditResult, ProjectSnapshot } from '#contracts/studio-api.ts'
import { dispatch } from '#core/commands/dispatch.ts'
import { isRejection } from '#core/commands/command.ts'
import { createDocument } from '#core/document/create.ts'
import { makeId } from '#core/document/ids.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { DocumentStore } from './document-store.ts'
import type { StudioCaller } from './link.ts'

const HISTORY = { canUndo: true, canRedo: false, undoLabel: 'Edit', redoLabel: null }

/** A studio in a few lines: core's own commands, revisions, and a line that can be cut before or after an edit arrives. */
class SmallStudio implements StudioCaller {
  document: ProjectDocument
  revision = 0
  opened = 0
  cut: 'none' | 'before' | 'after' = 'none'
  lastChange: unknown = null
  readonly #listeners = new Map<string, (payload: never) => void>()
  #ids = 0

  constructor() {
    this.document = createDocument({ title: 'Small', frameRate: { num: 24, den: 1 }, frameSize: { width: 1080, height: 1920 }, packId: 'previz', newId: (kind) => makeId(kind, `small${this.#ids++}`) })
  }

  snapshot(): ProjectSnapshot {
    this.opened += 1
    return { document: this.document, revision: this.revision, folder: '/projects/small', history: HISTORY }
  }

  edit(type: string, payload: unknown): EditResult {
    const edit = dispatch(this.document, { type, payload }, { newId: (kind) => makeId(kind, `small${this.#ids++}`) })
    if (isRejection(edit)) return { ok: false, ...edit }
    this.document = edit.document
    this.revision += 1
    const diff = JSON.parse(JSON.stringify(edit.diff)) as typeof edit.diff
    this.lastChange = { projectId: this.document.project.id, revision: this.revision, diff, source: 'user', label: edit.label, history: HISTORY }
    return { ok: true, revision: this.revision, diff: diff as never, label: edit.label }
  }

  tell(): void {
    this.#listeners.get('project.changed')?.(this.lastChange as never)
  }

  call: StudioCaller['call'] = async (method, input) => {
    if (method === 'project.open') return this.snapshot() as never
    if (method !== 'project.dispatch') throw new Error(`unexpected ${method}`)
    const { cut } = this
    this.cut = 'none'
    if (cut === 'before') throw lost()
    const { command } = input as { readonly command: { readonly type: string; readonly payload: unknown } }
    const result = this.edit(command.type, command.payload)
    if (cut === 'after') throw lost()
    return result as never
  }

  on: StudioCaller['on'] = (event, listener) => {
    this.#listeners.set(event, listener as (payload: never) => void)
    return () => this.#listeners.delete(event)
  }

  whenReady = async (): Promise<void> => undefined
  onReady = (): (() => void) => () => undefined
}

function lost(): StudioError {
  return new StudioError({ code: 'DISCONNECTED', message: 'The connection was lost.', remedy: 'Wait.' })
}

async function opened(): Promise<{ readonly studio: SmallStudio; readonly store: DocumentStore; readonly refused: string[]; readonly sequenceId: string }> {
  const studio = new SmallStudio()
  const refused: string[] = []
  const store = new DocumentStore(studio, (message) => refused.push(message))
  await store.open(async () => studio.snapshot())
  return { studio, store, refused, sequenceId: studio.document.project.sequenceIds[0] ?? '' }
}

function shotsOf(store: DocumentStore): number {
  return Object.keys(store.state.getState().open?.document.shots ?? {}).length
}

describe('the document replica', () => {
  it('equals the studio’s document after edits of its own, told twice', async () => {
    const { studio, store, sequenceId } = await opened()
    for (let index = 0; index < 3; index += 1) {
      await store.dispatch('shot.add', { sequenceId, prompt: `shot ${index}` })
      studio.tell()
    }
    expect(store.state.getState().open?.document).toEqual(studio.document)
    expect(studio.opened).toBe(1)
  })

  it('fetches the whole document again when a revision is missing', async () => {
    const { studio, store, sequenceId } = await opened()
    studio.edit('shot.add', { sequenceId })
    studio.edit('shot.add', { sequenceId })
    studio.tell()
    await store.resync()
    expect(shotsOf(store)).toBe(2)
    expect(studio.opened).toBe(2)
  })

  it('sends an edit again when the line dropped before it arrived', async () => {
    const { studio, store, sequenceId } = await opened()
    studio.cut = 'before'
    await store.dispatch('shot.add', { sequenceId })
    expect(shotsOf(store)).toBe(1)
  })

  it('does not send an edit twice when the line dropped after it arrived', async () => {
    const { studio, store, sequenceId } = await opened()
    studio.cut = 'after'
    await store.dispatch('shot.add', { sequenceId })
    expect(shotsOf(store)).toBe(1)
    expect(Object.keys(studio.document.shots).length).toBe(1)
  })

  it('gives each of two quick edits the document that the one before left', async () => {
    const { store, sequenceId } = await opened()
    await store.dispatch('shot.add', { sequenceId })
    const grow = (document: ProjectDocument): { readonly type: string; readonly payload: unknown } | null => {
      const shot = Object.values(document.shots)[0]
      return shot ? { type: 'shot.trim', payload: { shotId: shot.id, trimStartFrames: 0, durationFrames: shot.durationFrames + 1 } } : null
    }
    await Promise.all([store.dispatchFrom(grow), store.dispatchFrom(grow)])
    expect(Object.values(store.state.getState().open?.document.shots ?? {})[0]?.durationFrames).toBe(98)
  })

  it('shows why an edit was refused, changes nothing, and goes on with the next one', async () => {
    const { store, refused, sequenceId } = await opened()
    await store.dispatch('shot.delete', { shotIds: ['sht_gone'] })
    await store.dispatch('shot.add', { sequenceId })
    expect(refused.length).toBe(1)
    expect(shotsOf(store)).toBe(1)
    expect(store.state.getState().pendingEdits).toBe(0)
  })
})
