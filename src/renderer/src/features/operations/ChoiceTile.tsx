/** One take to choose: its picture, playing under the pointer or the focus; how far it is while it is being made. */
import { useState } from 'react'
import { takeThumbnailPath, takeVideoPath, type Job } from '#contracts/studio-api.ts'
import { useJobs } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Picture } from '../../ui/Picture.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { stageWords } from '../../ui/stage-words.ts'
import { t } from '../../ui/strings/strings.ts'

export function ChoiceTile({ job, position, ratio, isSelected, onUse }: { readonly job: Job; readonly position: number; readonly ratio: number; readonly isSelected: boolean; readonly onUse: () => void }) {
  const studio = useStudio()
  const [isPlaying, setIsPlaying] = useState(false)
  const preview = useJobs(({ previews }) => previews[job.jobId] ?? null)
  const { takeId, projectId } = job
  const path = takeId === null ? preview : takeThumbnailPath(projectId, takeId)
  return (
    <button type="button" className={`choice ${isSelected ? 'choice-selected' : ''}`} aria-pressed={isSelected} aria-label={t.operations.chooseTile(position)} disabled={takeId === null} autoFocus={position === 1}
      onClick={onUse} onPointerEnter={() => setIsPlaying(true)} onPointerLeave={() => setIsPlaying(false)} onFocus={() => setIsPlaying(true)} onBlur={() => setIsPlaying(false)}>
      <span className="choice-well">
        <Picture src={path === null ? null : studio.mediaUrl(path)} alt="" ratio={ratio} />
        {isPlaying && takeId !== null && <video className="choice-video" src={studio.mediaUrl(takeVideoPath(projectId, takeId))} autoPlay loop muted playsInline />}
        {job.state === 'running' && <span className="choice-progress"><ProgressBar label={job.label} fraction={job.progress?.fraction ?? 0} isStriped /></span>}
      </span>
      <span className="choice-foot"><span>{isSelected ? t.operations.chosen : stateWords(job)}</span><kbd aria-hidden>{position}</kbd></span>
    </button>
  )
}

function stateWords(job: Job): string {
  switch (job.state) {
    case 'queued': return t.operations.chooseWaiting
    case 'running': return stageWords(job)
    case 'failed': return t.operations.chooseFailed
    case 'cancelled': return t.operations.chooseCancelled
    default: return ''
  }
}
