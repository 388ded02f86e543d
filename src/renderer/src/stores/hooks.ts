/** Narrow selections from the stores, as hooks: a component renders again only when what it selected changed. */
import { useCallback, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/shallow'
import type { Job, PackSummary } from '#contracts/studio-api.ts'
import type { ProjectDocument, Shot } from '#core/document/schema.ts'
import { shotAtFrame } from '#core/timeline/lookup.ts'
import { deriveFrom, type Derived } from './derive.ts'
import type { DocumentState, OpenProject } from './document-store.ts'
import { jobOfShot, type JobsState } from './jobs-store.ts'
import type { OperationsState } from './operations-store.ts'
import type { SessionState } from './session-store.ts'
import { useStudio } from './studio.ts'

export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useStudio().session.state, useShallow(select))
}

export function useDocumentState<T>(select: (state: DocumentState) => T): T {
  return useStore(useStudio().document.state, useShallow(select))
}

export function useOpen<T>(select: (open: OpenProject) => T, otherwise: T): T {
  return useDocumentState((state) => (state.open ? select(state.open) : otherwise))
}

/** The document as shown: with the drag under way applied. */
export function shownDocument(state: DocumentState): ProjectDocument | null {
  return state.preview ?? state.open?.document ?? null
}

export function useShown<T>(select: (document: ProjectDocument) => T, otherwise: T): T {
  return useDocumentState((state) => {
    const document = shownDocument(state)
    return document ? select(document) : otherwise
  })
}

/** What follows from the shown document; computed once for each document. */
export function useDerived<T>(select: (derived: Derived, document: ProjectDocument) => T, otherwise: T): T {
  return useShown((document) => select(deriveFrom(document), document), otherwise)
}

export function useShot(shotId: string | null): Shot | null {
  return useShown((document) => (shotId === null ? null : (document.shots[shotId] ?? null)), null)
}

/** The shot under the playhead; a component that uses it renders when that shot changes, not at every frame. */
export function useShotUnderPlayhead(): string | null {
  const { playhead, document } = useStudio()
  const subscribe = useCallback((listener: () => void) => {
    const stops = [playhead.subscribe(listener), document.state.subscribe(listener)]
    return () => stops.forEach((stop) => stop())
  }, [playhead, document])
  return useSyncExternalStore(subscribe, () => {
    const shown = shownDocument(document.state.getState())
    return shown ? (shotAtFrame(deriveFrom(shown).layout, playhead.frame)?.shotId ?? null) : null
  })
}

export function usePacks(): readonly PackSummary[] {
  return useStore(useStudio().packs.state, (state) => state.packs)
}

export function useJobs<T>(select: (state: JobsState) => T): T {
  return useStore(useStudio().jobs.state, useShallow(select))
}

export function useShotJob(shotId: string): Job | null {
  return useStore(useStudio().jobs.state, (state) => jobOfShot(state, shotId))
}

export function useOperations<T>(select: (state: OperationsState) => T): T {
  return useStore(useStudio().operations.state, useShallow(select))
}
