/** One export: how far it is, why it failed, or where the file is. */
import { Download, FolderOpen, TriangleAlert, X } from 'lucide-react'
import { useStore } from 'zustand'
import { useJobs } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { stageWords, timeLeftWords } from '../../ui/stage-words.ts'
import { t } from '../../ui/strings/strings.ts'

export function ExportJobCard({ jobId }: { readonly jobId: string }) {
  const studio = useStudio()
  const job = useJobs((state) => state.jobs[jobId] ?? null)
  if (!job) return null
  if (job.state === 'failed') {
    return (
      <div className="export-card export-failed" role="alert">
        <p className="export-line"><TriangleAlert size={14} aria-hidden /><span>{job.error?.message}</span></p>
        <p className="hint">{job.error?.remedy}</p>
      </div>
    )
  }
  if (job.state === 'done' && job.exportResult) return <Finished jobId={jobId} label={job.label} file={job.exportResult.file} bytes={job.exportResult.bytes} seconds={job.exportResult.durationSeconds} />
  const words = stageWords(job)
  return (
    <div className="export-card">
      <p className="export-line"><span className="grow truncate">{job.label}</span><span className="hint">{timeLeftWords(job)}</span>
        <IconButton label={t.status.cancelJob(job.label)} side="left" className="export-cancel" onClick={() => studio.cancelJob(jobId)}><X size={13} /></IconButton>
      </p>
      <ProgressBar label={job.label} fraction={job.progress?.fraction ?? 0} isStriped />
      <p className="hint">{words}</p>
    </div>
  )
}

function Finished({ jobId, label, file, bytes, seconds }: { readonly jobId: string; readonly label: string; readonly file: string; readonly bytes: number; readonly seconds: number }) {
  const studio = useStudio()
  const url = studio.mediaUrl(`exports/${jobId}/video`)
  const canPickFiles = useStore(studio.link.state, ({ info }) => info?.canPickFiles ?? false)
  const name = file.split(/[\\/]/).at(-1) ?? file
  return (
    <div className="export-card">
      <p className="export-line"><span className="grow truncate">{label}</span><span className="hint">{t.common.seconds(seconds)} · {megabytes(bytes)}</span></p>
      <video className="export-video" src={url} controls preload="metadata" aria-label={t.deliver.play} />
      <p className="export-file"><span className="hint export-path" title={file}>{file}</span>
        {canPickFiles && <Button icon={<FolderOpen size={13} />} onClick={() => void studio.ask('host.showExport', { jobId })}>{t.deliver.showInFolder}</Button>}
        <a className="button button-plain" href={url} download={name} data-export-file={file}><Download size={13} />{t.deliver.download}</a>
      </p>
    </div>
  )
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
