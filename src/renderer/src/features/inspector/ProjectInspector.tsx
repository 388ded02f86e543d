/** What holds for the whole project, shown while nothing is selected: its style line and its model. */
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Select } from '../../ui/Select.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Row, Section } from './Section.tsx'
import { TextField } from './TextField.tsx'

export function ProjectInspector() {
  const studio = useStudio()
  const packs = usePacks()
  const project = useOpen(({ document }) => document.project, null)
  if (!project) return null
  const { frameSize, frameRate, packId, styleLine } = project
  const edit = (changes: object, coalesceKey: string | null = null): void => void studio.document.dispatch('project.edit', changes, coalesceKey)
  const choices = packs.map((pack) => ({ value: pack.packId, label: pack.name, ...(pack.state === 'ready' ? {} : { hint: t.inspector.packMissing }) }))
  const known = choices.some(({ value }) => value === packId) ? choices : [...choices, { value: packId, label: packId, hint: t.inspector.packMissing }]
  return (
    <div className="inspector-scroll">
      <Section title={t.inspector.project}>
        <p className="hint project-hint">{t.inspector.nothingText}</p>
        <Row label={t.inspector.frame}><span>{`${frameSize.width} × ${frameSize.height}`}</span><span className="hint">{t.newProject.rate(String(Math.round((frameRate.num / frameRate.den) * 100) / 100))}</span></Row>
        <Row label={t.inspector.pack}><Select label={t.inspector.pack} value={packId} choices={known} onChange={(next) => edit({ packId: next })} /></Row>
      </Section>
      <Section title={t.inspector.style}>
        <TextField label={t.inspector.style} value={styleLine} rows={2} maxRows={6} maxLength={2_000} placeholder={t.inspector.stylePlaceholder} onCommit={(text) => edit({ styleLine: text }, 'style-line')} />
      </Section>
    </div>
  )
}
