/** What follows from a document: computed when first asked for, once for each document, since documents never change. */
import type { AudioPlan } from '#core/render/audio.ts'
import { audioPlan } from '#core/render/audio.ts'
import { compileSequence, type CompiledSequence } from '#core/render/graph.ts'
import type { Caption, ProjectDocument, Sequence, Take } from '#core/document/schema.ts'
import { layoutSequence, type ShotSpan, type TimelineLayout, type TransitionSpan } from '#core/timeline/layout.ts'

const NO_TAKES: readonly Take[] = Object.freeze([])
const NO_CAPTIONS: readonly Caption[] = Object.freeze([])

export class Derived {
  readonly document: ProjectDocument
  readonly sequenceId: string
  readonly sequence: Sequence | null
  #spans: ReadonlyMap<string, ShotSpan> | null = null
  #takes: ReadonlyMap<string, readonly Take[]> | null = null
  #captions: ReadonlyMap<string, readonly Caption[]> | null = null
  #transitions: ReadonlyMap<string, TransitionSpan> | null = null
  #compiled: CompiledSequence | null = null
  #audio: AudioPlan | null = null

  constructor(document: ProjectDocument) {
    this.document = document
    this.sequenceId = document.project.sequenceIds[0] ?? ''
    this.sequence = document.sequences[this.sequenceId] ?? null
  }

  get shotIds(): readonly string[] {
    return this.sequence?.shotIds ?? []
  }

  get layout(): TimelineLayout {
    return layoutSequence(this.document, this.sequenceId)
  }

  get compiled(): CompiledSequence {
    this.#compiled ??= compileSequence(this.document, this.sequenceId)
    return this.#compiled
  }

  get audio(): AudioPlan {
    this.#audio ??= audioPlan(this.document, this.sequenceId)
    return this.#audio
  }

  spanOf(shotId: string): ShotSpan | null {
    this.#spans ??= new Map(this.layout.shots.map((span) => [span.shotId, span]))
    return this.#spans.get(shotId) ?? null
  }

  /** Position of a shot as people count, from 1. */
  numberOf(shotId: string): number {
    return (this.spanOf(shotId)?.index ?? -1) + 1
  }

  transitionAfter(shotId: string): TransitionSpan | null {
    this.#transitions ??= new Map(this.layout.transitions.map((span) => [span.fromShotId, span]))
    return this.#transitions.get(shotId) ?? null
  }

  /** The takes that a shot may show, oldest first: its own, behind those of the shot that it was copied or split from while it shows one of them. */
  takesOf(shotId: string): readonly Take[] {
    this.#takes ??= groupBy(Object.values(this.document.takes), (take) => take.shotId, (one, other) => one.createdAt.localeCompare(other.createdAt))
    const own = this.#takes.get(shotId) ?? NO_TAKES
    const shown = this.document.takes[this.document.shots[shotId]?.selectedTakeId ?? '']
    return !shown || shown.shotId === shotId ? own : [...(this.#takes.get(shown.shotId) ?? NO_TAKES), ...own]
  }

  /** Number of a take among those of its shot, from 1; 0 where it is not among them. */
  takeNumber(shotId: string, takeId: string): number {
    return this.takesOf(shotId).findIndex(({ id }) => id === takeId) + 1
  }

  captionsOf(shotId: string): readonly Caption[] {
    this.#captions ??= groupBy(Object.values(this.document.captions), (caption) => caption.anchor.shotId ?? '', (one, other) => one.anchor.offsetFrames - other.anchor.offsetFrames)
    return this.#captions.get(shotId) ?? NO_CAPTIONS
  }
}

const known = new WeakMap<ProjectDocument, Derived>()

export function deriveFrom(document: ProjectDocument): Derived {
  const derived = known.get(document) ?? new Derived(document)
  known.set(document, derived)
  return derived
}

function groupBy<R>(records: readonly R[], keyOf: (record: R) => string, order: (one: R, other: R) => number): ReadonlyMap<string, readonly R[]> {
  const groups = new Map<string, R[]>()
  for (const record of records) {
    const group = groups.get(keyOf(record))
    if (group) group.push(record)
    else groups.set(keyOf(record), [record])
  }
  for (const group of groups.values()) group.sort(order)
  return groups
}
