/** How a shot stands just now, for cards, clips and the inspector: what planning says, overlaid with the job under way. */
import { useMemo } from 'react'
import type { Job } from '#contracts/studio-api.ts'
import { takeThumbnailPath } from '#contracts/studio-api.ts'
import type { StaleReason } from '#core/planning/stale-reasons.ts'
import { useJobs, useOpen, useShotJob } from './hooks.ts'
import { useShotState } from './shot-states.ts'
import { useStudio } from './studio.ts'

export type PresenceKind = 'empty' | 'stale' | 'draft' | 'final' | 'queued' | 'drafting' | 'failed'

export interface ShotPresence {
  readonly kind: PresenceKind
  readonly isLocked: boolean
  readonly reasons: readonly StaleReason[]
  readonly job: Job | null
  /** The picture that stands for the shot; null where there is none. */
  readonly pictureUrl: string | null
}

const NO_REASONS: readonly StaleReason[] = Object.freeze([])

export function useShotPresence(shotId: string): ShotPresence {
  const studio = useStudio()
  const state = useShotState(shotId)
  const job = useShotJob(shotId)
  const isDismissed = useJobs(({ dismissed }) => job !== null && dismissed.has(job.jobId))
  const preview = useJobs(({ previews }) => (job?.state === 'running' ? (previews[job.jobId] ?? null) : null))
  const [takeId, isLocked, projectId] = useOpen(({ document, projectId: own }) => [document.shots[shotId]?.selectedTakeId ?? null, document.shots[shotId]?.isLocked ?? false, own] as const, [null, false, ''] as const)
  return useMemo(() => {
    const path = preview ?? (takeId === null ? null : takeThumbnailPath(projectId, takeId))
    return {
      kind: presenceKind(state?.kind ?? 'empty', job, isDismissed),
      isLocked,
      reasons: state?.reasons ?? NO_REASONS,
      job,
      pictureUrl: path === null ? null : studio.mediaUrl(path),
    }
  }, [studio, state, job, isDismissed, preview, takeId, isLocked, projectId])
}

function presenceKind(kind: 'empty' | 'stale' | 'draft' | 'final', job: Job | null, isDismissed: boolean): PresenceKind {
  if (job?.state === 'running') return 'drafting'
  if (job?.state === 'queued') return 'queued'
  // A failure stays until a later take or edit settles it, or the person puts it away.
  if (job?.state === 'failed' && !isDismissed && (kind === 'empty' || kind === 'stale')) return 'failed'
  return kind
}
