/** What state every shot is in, and what a build would do: core's planning, for the components. */
import type { PackSummary } from '#contracts/studio-api.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import { planBuild, type BuildPlan } from '#core/planning/plan.ts'
import { shotState, type ShotState } from '#core/planning/shot-state.ts'
import { deriveFrom } from './derive.ts'
import { useOpen, usePacks } from './hooks.ts'

/** Documents and pack lists are immutable: one plan for each pair of them. */
const plans = new WeakMap<ProjectDocument, { readonly packs: readonly PackSummary[]; readonly plan: BuildPlan }>()

export function planOf(document: ProjectDocument, packs: readonly PackSummary[]): BuildPlan {
  const known = plans.get(document)
  if (known && known.packs === packs) return known.plan
  const plan = planBuild(document, deriveFrom(document).sequenceId, packs)
  plans.set(document, { packs, plan })
  return plan
}

export function useShotState(shotId: string): ShotState | null {
  const packs = usePacks()
  return useOpen(({ document }) => (document.shots[shotId] ? shotState(document, shotId, packs) : null), null)
}

export function useBuildPlan(): BuildPlan | null {
  const packs = usePacks()
  return useOpen(({ document }) => planOf(document, packs), null)
}
