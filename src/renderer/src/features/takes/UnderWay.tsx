/** Takes of a shot that are being made together: how far they are, and the way to see them come. */
import { useJobs, useOperations } from '../../stores/hooks.ts'
import { isActive } from '../../stores/jobs-store.ts'
import { jobsOf } from '../../stores/operations-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { t } from '../../ui/strings/strings.ts'

export function UnderWay({ shotId }: { readonly shotId: string }) {
  const studio = useStudio()
  const batches = useOperations((state) => state.batches)
  const jobs = useJobs((state) => state.jobs)
  const batch = batches.findLast((candidate) => candidate.shotId === shotId && candidate.jobIds.length > 1 && jobsOf(candidate, jobs).some(isActive))
  if (!batch) return null
  const list = jobsOf(batch, jobs)
  const done = list.filter((job) => !isActive(job)).length
  const fraction = list.reduce((sum, job) => sum + (isActive(job) ? (job.progress?.fraction ?? 0) : 1), 0) / list.length
  const words = t.operations.underWay(done, list.length)
  return (
    <div className="takes-under-way">
      <span className="takes-under-way-words"><span className="hint">{words}</span><ProgressBar label={words} fraction={fraction} isStriped /></span>
      <Button className="button-small" onClick={() => studio.operations.choose(batch)}>{t.operations.showProgress}</Button>
    </div>
  )
}
