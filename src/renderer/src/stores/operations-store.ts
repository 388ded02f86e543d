/** What a person is about to make anew, what of it is under way, and which take is held up against the shown one. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Job, Operation } from '#contracts/studio-api.ts'
import type { FrameRange } from '#core/timeline/take-range.ts'

/** An operation being prepared: the inspector shows its fields, the viewer and the timeline its range. */
export type OperationDraft =
  | { readonly kind: 'retake'; readonly shotId: string; readonly takeId: string; /** Of the take's own frames. */ readonly range: FrameRange }
  | { readonly kind: 'extend'; readonly shotId: string; readonly takeId: string; readonly side: 'before' | 'after' }
  | { readonly kind: 'bridge'; readonly shotId: string; readonly toShotId: string }
  | { readonly kind: 'variations'; readonly shotId: string }

export type OperationKind = OperationDraft['kind']

/** Jobs that were asked for together. */
export interface OperationBatch {
  readonly kind: OperationKind
  /** The shot that gets the takes. */
  readonly shotId: string
  readonly jobIds: readonly string[]
  /** The take that the shot showed before. */
  readonly fromTakeId: string | null
  /** For a retake: what of that take is made anew. */
  readonly range: FrameRange | null
  /** What was asked for, to ask it again; null for variations of a plain generation. */
  readonly operation: Operation | null
}

export interface OperationsState {
  readonly draft: OperationDraft | null
  /** The edge of the range that the arrow keys move: the one touched last. */
  readonly movingEdge: 'start' | 'end'
  /** Counted up to ask the panel to take the keyboard. */
  readonly focusRequests: number
  /** A panel that is just being opened takes the keyboard, and clears this. */
  readonly isFocusWanted: boolean
  /** A drag over pictures selects a range instead of moving things. */
  readonly isRangeTool: boolean
  readonly batches: readonly OperationBatch[]
  /** The batch whose takes are laid out to choose from. */
  readonly choosing: OperationBatch | null
  /** The take to compare with, by shot; absent: the one that the shown take came from. */
  readonly compareWith: Readonly<Record<string, string>>
  readonly isComparing: boolean
}

/** Older batches are forgotten: their takes are in the shot's list of takes. */
const KEPT_BATCHES = 40

const NOTHING: Pick<OperationsState, 'draft' | 'movingEdge' | 'isRangeTool' | 'batches' | 'choosing' | 'compareWith' | 'isComparing'> = {
  draft: null, movingEdge: 'end', isRangeTool: false, batches: [], choosing: null, compareWith: {}, isComparing: false,
}

export class OperationsStore {
  readonly state: StoreApi<OperationsState> = createStore<OperationsState>(() => ({ ...NOTHING, focusRequests: 0, isFocusWanted: false }))

  prepare(draft: OperationDraft | null, movingEdge: 'start' | 'end' = this.state.getState().movingEdge): void {
    this.state.setState({ draft, movingEdge })
  }

  /** Prepares it and hands the keyboard to its panel. */
  open(draft: OperationDraft): void {
    this.state.setState(({ focusRequests }) => ({ draft, focusRequests: focusRequests + 1, isFocusWanted: true }))
  }

  toggleRangeTool(): void {
    this.state.setState(({ isRangeTool }) => ({ isRangeTool: !isRangeTool }))
  }

  started(batch: OperationBatch): void {
    this.state.setState(({ batches }) => ({ batches: [...batches.slice(-KEPT_BATCHES + 1), batch] }))
  }

  choose(batch: OperationBatch | null): void {
    this.state.setState({ choosing: batch })
  }

  compareWith(shotId: string, takeId: string): void {
    this.state.setState(({ compareWith }) => ({ compareWith: { ...compareWith, [shotId]: takeId } }))
  }

  setComparing(isComparing: boolean): void {
    if (this.state.getState().isComparing !== isComparing) this.state.setState({ isComparing })
  }

  batchOf(jobId: string): OperationBatch | null {
    return this.state.getState().batches.find(({ jobIds }) => jobIds.includes(jobId)) ?? null
  }

  /** Forgets what belonged to the project that was closed. */
  leaveProject(): void {
    this.state.setState(NOTHING)
  }
}

/** The jobs of a batch as far as they are known, in the order asked for. */
export function jobsOf(batch: OperationBatch, jobs: Readonly<Record<string, Job>>): readonly Job[] {
  return batch.jobIds.flatMap((jobId) => jobs[jobId] ?? [])
}
