/** Ranges for the viewer, the timeline and the inspector: the one selected, and those that are being made anew. */
import { useMemo } from 'react'
import type { Job } from '#contracts/studio-api.ts'
import type { ProjectDocument, Take } from '#core/document/schema.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { latentFramesIn, type FrameRange } from '#core/timeline/take-range.ts'
import { deriveFrom } from './derive.ts'
import { shownDocument, useDocumentState, useJobs, useOperations } from './hooks.ts'
import { isActive } from './jobs-store.ts'
import { shownRange, shownTakeOf } from './ranges.ts'

export interface SelectedRange {
  readonly shotId: string
  readonly take: Take
  readonly takeNumber: number
  /** Of the take's own frames. */
  readonly range: FrameRange
  /** On the sequence, as far as the shot shows it. */
  readonly placed: FrameRange
  readonly frames: number
  readonly latentFrames: number
  readonly step: number
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly endSeconds: number
}

export function useSelectedRange(): SelectedRange | null {
  const draft = useOperations((state) => state.draft)
  const document = useDocumentState(shownDocument)
  return useMemo(() => (draft?.kind === 'retake' && document ? describe(document, draft) : null), [draft, document])
}

export interface RunningRange {
  readonly jobId: string
  readonly shotId: string
  readonly placed: FrameRange
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly job: Job
  /** Path below mediaBaseUrl of its newest picture; null before the first. */
  readonly preview: string | null
}

/** The ranges under way or waiting, of takes that are still shown; one for each retake, whatever number of takes it makes. */
export function useRunningRanges(): readonly RunningRange[] {
  const batches = useOperations((state) => state.batches)
  const jobs = useJobs((state) => state.jobs)
  const previews = useJobs((state) => state.previews)
  const document = useDocumentState(shownDocument)
  return useMemo(() => {
    if (!document) return []
    return batches.flatMap(({ range, shotId, fromTakeId, jobIds }) => {
      const active = jobIds.flatMap((jobId) => (jobs[jobId] && isActive(jobs[jobId]) ? [jobs[jobId]] : []))
      const job = active.find(({ state }) => state === 'running') ?? active[0]
      const take = document.takes[fromTakeId ?? '']
      const placed = range && take ? shownRange(deriveFrom(document), shotId, take.id, range) : null
      if (!job || !range || !take || !placed) return []
      return [{ jobId: job.jobId, shotId, placed, job, preview: previews[job.jobId] ?? null, fromSeconds: framesToSeconds(range.startFrame, take.frameRate), toSeconds: framesToSeconds(range.endFrame, take.frameRate) }]
    })
  }, [batches, jobs, previews, document])
}

function describe(document: ProjectDocument, { shotId, takeId, range }: { readonly shotId: string; readonly takeId: string; readonly range: FrameRange }): SelectedRange | null {
  const derived = deriveFrom(document)
  const shown = shownTakeOf(derived, shotId)
  const placed = shownRange(derived, shotId, takeId, range)
  if (!shown || !placed) return null
  const { take, step } = shown
  const seconds = (frame: number): number => framesToSeconds(frame, take.frameRate)
  return {
    shotId, take, range, placed, step, takeNumber: derived.takeNumber(shotId, takeId),
    frames: range.endFrame - range.startFrame, latentFrames: latentFramesIn(range, step),
    fromSeconds: seconds(range.startFrame), toSeconds: seconds(range.endFrame), endSeconds: seconds(take.frameCount),
  }
}
