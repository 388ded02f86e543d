/** The bottom line: the engine, the job under way with counted steps, time left and cancel, warnings, and whether edits are safe. */
import { CircleAlert, X } from 'lucide-react'
import { Popover } from '@base-ui/react/popover'
import { useStore } from 'zustand'
import type { Job } from '#contracts/studio-api.ts'
import { useDerived, useDocumentState, useJobs, useOpen } from '../../stores/hooks.ts'
import { activeJobs } from '../../stores/jobs-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { stageWords, timeLeftWords } from '../../ui/stage-words.ts'
import { t } from '../../ui/strings/strings.ts'
import { DeviceLink } from './DeviceLink.tsx'
import { PackSwitch } from './PackSwitch.tsx'
import { useWarnings } from './use-warnings.ts'
import './status.css'

export function StatusBar() {
  const projectId = useOpen((open) => open.projectId, '')
  const jobIds = useJobs((state) => activeJobs(state, projectId).map(({ jobId }) => jobId))
  return (
    <footer className="status">
      <div className="status-side"><PackSwitch /><DeviceLink /></div>
      <div className="status-middle">{jobIds[0] && <RunningJob jobId={jobIds[0]} waiting={jobIds.length - 1} />}</div>
      <div className="status-side status-end"><Warnings /><Saved /></div>
    </footer>
  )
}

function RunningJob({ jobId, waiting }: { readonly jobId: string; readonly waiting: number }) {
  const studio = useStudio()
  const job: Job | null = useJobs((state) => state.jobs[jobId] ?? null)
  const number = useDerived((derived) => (job?.shotId ? derived.numberOf(job.shotId) : 0), 0)
  if (!job) return null
  const label = job.shotId ? t.shot.numbered(number) : job.label
  const timeLeft = timeLeftWords(job)
  return (
    <div className="status-job" role="status">
      <span className="status-label truncate">{label}</span>
      <span className="status-step">{stageWords(job)}</span>
      <span className="status-bar"><ProgressBar label={label} fraction={job.progress?.fraction ?? 0} /></span>
      <span className="status-left">{timeLeft}</span>
      {waiting > 0 && <span className="hint">{t.status.jobs(waiting)}</span>}
      <IconButton label={t.status.cancelJob(label)} side="top" className="status-button" onClick={() => studio.cancelJob(jobId)}><X size={13} /></IconButton>
    </div>
  )
}

function Warnings() {
  const studio = useStudio()
  const warnings = useWarnings()
  if (warnings.length === 0) return null
  return (
    <Popover.Root>
      <Popover.Trigger render={<button type="button" className="button button-quiet status-button status-warnings"><CircleAlert size={13} /><span>{t.status.warnings(warnings.length)}</span></button>} />
      <Popover.Portal>
        <Popover.Positioner side="top" align="end" sideOffset={6} className="popup-layer">
          <Popover.Popup className="popup warnings">
            <p className="section-title">{t.status.warningsHeading}</p>
            {warnings.map((warning) => (
              <button key={warning.id} type="button" className={`warning-row warning-${warning.kind}`} onClick={() => studio.session.selectShots([warning.shotId])}>{warning.text}</button>
            ))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Saved() {
  const studio = useStudio()
  const pendingEdits = useDocumentState((state) => state.pendingEdits)
  const isLost = useStore(studio.link.state, (state) => state.status === 'lost')
  const words = pendingEdits === 0 ? t.status.saved : isLost ? t.status.waiting(pendingEdits) : t.status.saving
  return <span className="status-saved" role="status">{words}</span>
}
