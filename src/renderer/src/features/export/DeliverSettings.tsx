/** Before an export: figures, checks and choices; during it: frames and time left; after it: where the file is. */
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { shotState } from '#core/planning/shot-state.ts'
import { lintExport, type LintFinding } from '#core/export/lint.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import type { ExportPreset } from '#core/export/preset.ts'
import { chosenPreset } from '../../stores/delivery.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useJobs, useOpen, usePacks, useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { t } from '../../ui/strings/strings.ts'
import { ExportJobCard } from './ExportJobCard.tsx'
import { Findings } from './Findings.tsx'
import './export.css'

export function DeliverSettings() {
  const document = useOpen((open) => open.document, null)
  const presetId = useSession((state) => state.presetId)
  if (!document) return null
  const preset = chosenPreset(presetId, document.project.frameSize)
  return preset && <Settings key={preset.id} preset={preset} />
}

function Settings({ preset }: { readonly preset: ExportPreset }) {
  const studio = useStudio()
  const [allowDrafts, markDrafts, contactSheet] = useSession((state) => [state.allowDrafts, state.markDrafts, state.withContactSheet] as const)
  const findings = useFindings(preset)
  const hasDrafts = findings.some(({ code }) => code === 'DRAFT_TAKE')
  const isBlocked = findings.some(({ severity }) => severity === 'error') || (hasDrafts && !allowDrafts)
  const isExporting = useJobs(({ jobs }) => Object.values(jobs).some((job) => job.kind === 'export' && job.projectId === studio.projectId && (job.state === 'running' || job.state === 'queued')))

  const canPickFiles = useStore(studio.link.state, ({ info }) => info?.canPickFiles ?? false)
  const title = useOpen(({ document }) => document.project.title, '')

  /** Without a file, a free name in the project's exports folder is used; a chosen file was confirmed by the system's dialog. */
  async function start(outputFile: string | null): Promise<void> {
    const { projectId } = studio
    if (projectId) await studio.ask('job.export', { projectId, sequenceId: null, presetId: preset.id, outputFile, overwrite: outputFile !== null, allowDrafts, markDrafts, contactSheet })
  }

  async function startElsewhere(): Promise<void> {
    const picked = await studio.ask('host.pickSaveFile', { suggestedName: suggestedName(title, preset) })
    if (picked?.file) await start(picked.file)
  }

  return (
    <aside className="deliver" aria-label={t.deliver.heading}>
      <header className="panel-head"><h2 className="panel-title">{preset.name}</h2></header>
      <div className="deliver-scroll">
        <Figures preset={preset} />
        <section className="section">
          <h3 className="section-title">{t.deliver.options}</h3>
          {hasDrafts && <Switch label={t.deliver.allowDrafts} hint={t.deliver.allowDraftsHint} isOn={allowDrafts} onChange={(isOn) => studio.session.arrange({ allowDrafts: isOn })} />}
          {hasDrafts && <Switch label={t.deliver.markDrafts} isOn={markDrafts} disabled={!allowDrafts} onChange={(isOn) => studio.session.arrange({ markDrafts: isOn })} />}
          <Switch label={t.deliver.contactSheet} isOn={contactSheet} onChange={(isOn) => studio.session.arrange({ withContactSheet: isOn })} />
        </section>
        <ExportHistory />
        <section className="section">
          <h3 className="section-title">{t.deliver.checks}</h3>
          <Findings findings={findings} />
        </section>
      </div>
      <footer className="deliver-foot">
        {isBlocked && <span className="hint">{t.deliver.blocked}</span>}
        {canPickFiles && <Button disabled={isBlocked || isExporting} onClick={() => void startElsewhere()}>{t.deliver.exportTo}</Button>}
        <Button tone="primary" disabled={isBlocked || isExporting} onClick={() => void start(null)}>{isExporting ? t.deliver.running : t.deliver.export}</Button>
      </footer>
    </aside>
  )
}

/** A file name that every system takes. */
function suggestedName(title: string, preset: ExportPreset): string {
  const plain = title.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim().slice(0, 120)
  return `${plain === '' ? 'Shotwright' : plain} ${preset.id}.mp4`
}

function useFindings(preset: ExportPreset): readonly LintFinding[] {
  const packs = usePacks()
  const document = useOpen((open) => open.document, null)
  return useMemo(() => {
    if (!document) return []
    const { sequenceId, shotIds } = deriveFrom(document)
    return lintExport(document, sequenceId, preset, new Map(shotIds.map((id) => [id, shotState(document, id, packs)])))
  }, [document, packs, preset])
}

function Figures({ preset }: { readonly preset: ExportPreset }) {
  const [seconds, rate] = useOpen(({ document }) => [framesToSeconds(deriveFrom(document).layout.totalFrames, document.project.frameRate), document.project.frameRate] as const, [0, { num: 24, den: 1 }] as const)
  const { frameSize, frameRate, video, audio } = preset
  const shownRate = frameRate ?? rate
  const rows: readonly (readonly [string, string])[] = [
    [t.deliver.figures.length, t.common.seconds(seconds)],
    [t.deliver.figures.size, `${frameSize.width} × ${frameSize.height}`],
    [t.deliver.figures.rate, t.newProject.rate(String(Math.round((shownRate.num / shownRate.den) * 100) / 100))],
    [t.deliver.figures.video, `H.264 ${video.profile} · CRF ${video.crf}`],
    [t.deliver.figures.audio, `AAC ${audio.bitrateKbps} kb/s · ${audio.sampleRate / 1_000} kHz`],
  ]
  return (
    <section className="section">
      <dl className="figures">
        {rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
    </section>
  )
}

function ExportHistory() {
  const studio = useStudio()
  const jobIds = useJobs(({ jobs }) => Object.values(jobs)
    .filter((job) => job.kind === 'export' && job.projectId === studio.projectId && job.state !== 'cancelled')
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt)).slice(0, 6).map(({ jobId }) => jobId))
  if (jobIds.length === 0) return null
  return (
    <section className="section">
      <h3 className="section-title">{t.deliver.recent}</h3>
      {jobIds.map((jobId) => <ExportJobCard key={jobId} jobId={jobId} />)}
    </section>
  )
}
