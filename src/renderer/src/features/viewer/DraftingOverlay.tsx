/** While the shot under the playhead is being drafted for the first time: its newest step picture and how far it is. */
import { useShotJob, useShotUnderPlayhead, useOpen } from '../../stores/hooks.ts'
import { useShotPresence } from '../../stores/shot-presence.ts'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { stageWords, timeLeftWords } from '../../ui/stage-words.ts'

export function DraftingOverlay() {
  const shotId = useShotUnderPlayhead()
  return shotId === null ? null : <Overlay shotId={shotId} />
}

function Overlay({ shotId }: { readonly shotId: string }) {
  const job = useShotJob(shotId)
  const { pictureUrl } = useShotPresence(shotId)
  const hasTake = useOpen(({ document }) => (document.shots[shotId]?.selectedTakeId ?? null) !== null, false)
  if (hasTake || job?.state !== 'running') return null
  return (
    <div className="drafting">
      {pictureUrl && <img src={pictureUrl} alt="" draggable={false} />}
      <div className="drafting-words">
        <span className="drafting-line"><span>{stageWords(job)}</span><span>{timeLeftWords(job)}</span></span>
        <ProgressBar label={job.label} fraction={job.progress?.fraction ?? 0} isStriped />
      </div>
    </div>
  )
}
