/** The one thing to do next: generate what is stale, with its cost known before; while it runs, how far it is and how to stop it. */
import { Check, ChevronDown, Sparkles, TriangleAlert, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { Popover } from '@base-ui/react/popover'
import { shortcutOf } from '../../stores/actions.ts'
import { useJobs, useOpen } from '../../stores/hooks.ts'
import { activeJobs } from '../../stores/jobs-store.ts'
import { useBuildPlan } from '../../stores/shot-states.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { t } from '../../ui/strings/strings.ts'
import { PlanList } from './PlanList.tsx'
import { useBatch } from './use-batch.ts'
import './build.css'

export function BuildButton() {
  const studio = useStudio()
  const plan = useBuildPlan()
  const projectId = useOpen((open) => open.projectId, '')
  const generating = useJobs((state) => activeJobs(state, projectId).filter(({ kind }) => kind === 'generate').map(({ jobId }) => jobId))
  if (generating.length > 0) return <Running jobIds={generating} />
  const steps = plan?.steps ?? []
  if (steps.length === 0) {
    const hasShots = (plan?.skipped.length ?? 0) > 0
    const blocked = plan?.skipped.filter(({ reason }) => reason !== 'up-to-date' && reason !== 'locked').length ?? 0
    if (blocked > 0) return <PlanPopover trigger={<button type="button" className="button button-plain"><TriangleAlert size={14} className="build-blocked" /><span>{t.build.blocked(blocked)}</span><ChevronDown size={13} /></button>} />
    return <span className="build-idle">{hasShots && <Check size={14} aria-hidden />}<span>{hasShots ? t.build.upToDate : t.build.nothing}</span></span>
  }
  return (
    <div className="build">
      <Tooltip label={t.actions.generateStale} shortcut={shortcutOf('generateStale')}>
        <Button tone="primary" className="build-main" icon={<Sparkles size={14} />} onClick={() => void studio.generate(null)}>{t.build.generate(steps.length, plan?.estimatedSeconds ?? null)}</Button>
      </Tooltip>
      <PlanPopover trigger={<button type="button" className="button button-primary build-more" aria-label={t.build.plan}><ChevronDown size={14} /></button>} />
    </div>
  )
}

function PlanPopover({ trigger }: { readonly trigger: ReactElement<Record<string, unknown>> }) {
  return (
    <Popover.Root>
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner side="bottom" align="end" sideOffset={6} className="popup-layer">
          <Popover.Popup className="popup plan"><PlanList /></Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Running({ jobIds }: { readonly jobIds: readonly string[] }) {
  const studio = useStudio()
  const { done, total, fraction } = useBatch()
  const label = t.build.running(Math.min(total, done + 1), total)
  return (
    <div className="build-running" role="status">
      <div className="build-progress">
        <span className="truncate">{label}</span>
        <ProgressBar label={label} fraction={fraction} isStriped />
      </div>
      <IconButton label={t.build.cancelAll} onClick={() => jobIds.forEach((jobId) => studio.cancelJob(jobId))}><X size={15} /></IconButton>
    </div>
  )
}
