/** What a person should know about the project but need not act on at once. */
import { useMemo } from 'react'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import { compilePrompt } from '#core/prompt/compile.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useJobs, useOpen, usePacks } from '../../stores/hooks.ts'
import { isSettled } from '../../stores/jobs-store.ts'
import { planOf } from '../../stores/shot-states.ts'
import { t } from '../../ui/strings/strings.ts'

export interface Warning {
  readonly id: string
  readonly kind: 'failed' | 'left-out' | 'unknown'
  readonly shotId: string
  readonly text: string
}

export function useWarnings(): readonly Warning[] {
  const packs = usePacks()
  const document = useOpen((open) => open.document, null)
  const failed = useJobs(({ jobs, dismissed }) => {
    const newest = new Map<string, { readonly at: string; readonly message: string | null }>()
    for (const job of Object.values(jobs)) {
      if (!job.shotId || job.kind !== 'generate' || !isSettled(job)) continue
      const known = newest.get(job.shotId)
      if (!known || job.createdAt >= known.at) newest.set(job.shotId, { at: job.createdAt, message: job.state === 'failed' && !dismissed.has(job.jobId) ? (job.error?.message ?? '') : null })
    }
    return [...newest].flatMap(([shotId, { message }]) => (message === null ? [] : [`${shotId}\n${message}`]))
  })
  return useMemo(() => (document ? [...failures(document, failed), ...leftOut(document, packs), ...unknownWords(document, packs)] : []), [document, packs, failed])
}

function failures(document: ProjectDocument, failed: readonly string[]): Warning[] {
  return failed.flatMap((entry) => {
    const [shotId = '', message = ''] = entry.split('\n')
    const number = deriveFrom(document).numberOf(shotId)
    return number === 0 ? [] : [{ id: `failed-${shotId}`, kind: 'failed', shotId, text: t.status.failed(number, message) } satisfies Warning]
  })
}

function leftOut(document: ProjectDocument, packs: readonly PackSummary[]): Warning[] {
  return planOf(document, packs).skipped
    .filter(({ reason }) => reason !== 'up-to-date' && reason !== 'locked')
    .map(({ shotId, message, remedy }) => ({ id: `left-out-${shotId}`, kind: 'left-out', shotId, text: `${message} ${remedy}` }))
}

function unknownWords(document: ProjectDocument, packs: readonly PackSummary[]): Warning[] {
  return deriveFrom(document).shotIds.flatMap((shotId) => {
    const shot = document.shots[shotId]
    const pack = packs.find(({ packId }) => packId === (shot?.packId ?? document.project.packId))
    if (!shot || !pack?.knownWords) return []
    try {
      const { unknownWords: words } = compilePrompt({ shot, project: document.project, pack })
      return words.length === 0 ? [] : [{ id: `unknown-${shotId}`, kind: 'unknown', shotId, text: t.status.unknown(deriveFrom(document).numberOf(shotId), words.join(', ')) } satisfies Warning]
    } catch {
      // A pack whose dialect is unknown shows up as a pack that cannot be used.
      return []
    }
  })
}
