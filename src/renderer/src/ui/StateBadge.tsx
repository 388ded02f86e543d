/** A shot's state in a word with its own shape: never by colour alone. */
import { CircleDashed, Clock3, LoaderCircle, Lock, RotateCcw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from './strings/strings.ts'

export type BadgeKind = 'empty' | 'stale' | 'draft' | 'final' | 'queued' | 'drafting' | 'failed'

const ICONS: Readonly<Partial<Record<BadgeKind, ReactNode>>> = Object.freeze({
  empty: <CircleDashed size={12} aria-hidden />,
  stale: <RotateCcw size={12} aria-hidden />,
  queued: <Clock3 size={12} aria-hidden />,
  drafting: <LoaderCircle size={12} aria-hidden />,
  failed: <TriangleAlert size={12} aria-hidden />,
})

/** `isTitled`: says its words on hover as well, for places too narrow to show them. */
export function StateBadge({ kind, detail, isTitled = false }: { readonly kind: BadgeKind; readonly detail?: string | null; readonly isTitled?: boolean }) {
  return (
    <span className={`state state-${kind}`} title={isTitled ? (detail ?? t.states[kind]) : undefined}>
      {ICONS[kind]}
      <span className="truncate">{detail ?? t.states[kind]}</span>
    </span>
  )
}

export function LockBadge() {
  return <span className="lock-badge" role="img" aria-label={t.states.locked}><Lock size={11} /></span>
}

/** "Prompt changed, seed changed": why a shot is stale or due. */
export function reasonWords(reasons: readonly { readonly kind: keyof typeof t.states.reasons }[]): string {
  const words = reasons.map(({ kind }) => t.states.reasons[kind])
  return [...new Set(words)].map((word, index) => (index === 0 ? word : word.charAt(0).toLowerCase() + word.slice(1))).join(', ')
}

/** "Stale: prompt changed". */
export function staleWords(reasons: Parameters<typeof reasonWords>[0]): string {
  return t.states.staleBecause(reasonWords(reasons))
}
