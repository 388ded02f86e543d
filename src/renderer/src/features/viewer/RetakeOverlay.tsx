/** While a part of the shot under the playhead is made anew: its newest picture and how far it is, beside the take that stays. */
import { useShotUnderPlayhead } from '../../stores/hooks.ts'
import { useRunningRanges } from '../../stores/range-hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { stageWords, timeLeftWords } from '../../ui/stage-words.ts'
import { t } from '../../ui/strings/strings.ts'

export function RetakeOverlay() {
  const studio = useStudio()
  const shotId = useShotUnderPlayhead()
  const running = useRunningRanges().find((range) => range.shotId === shotId)
  if (!running) return null
  const { job, preview } = running
  return (
    <div className="retaking" aria-live="off">
      {preview !== null && <img src={studio.mediaUrl(preview)} alt="" draggable={false} />}
      <div className="retaking-words">
        <span className="drafting-line"><span className="truncate">{t.operations.retakeHeading(running.fromSeconds, running.toSeconds)}</span></span>
        <span className="drafting-line hint"><span>{stageWords(job)}</span><span>{timeLeftWords(job)}</span></span>
        <ProgressBar label={job.label} fraction={job.progress?.fraction ?? 0} isStriped />
      </div>
    </div>
  )
}
