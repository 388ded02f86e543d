/** The model of the project, and the one switch from drafts to finals: everything else of each shot stays as it is. */
import { Boxes, Check, ChevronUp } from 'lucide-react'
import { useJobs, useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Menu, type MenuEntry } from '../../ui/Menu.tsx'
import { t } from '../../ui/strings/strings.ts'

export function PackSwitch() {
  const studio = useStudio()
  const engine = useJobs((state) => state.engine)
  const packs = usePacks()
  const packId = useOpen(({ document }) => document.project.packId, '')
  const pack = packs.find((candidate) => candidate.packId === packId)
  const choices: readonly MenuEntry[] = packs.map((candidate) => ({
    id: candidate.packId,
    label: candidate.state === 'ready' ? t.status.packChoice(candidate.name, candidate.isDraft) : t.status.packBroken(candidate.name),
    icon: candidate.packId === packId ? <Check size={14} /> : null,
    disabled: candidate.state !== 'ready',
    run: () => void studio.document.dispatch('project.edit', { packId: candidate.packId }),
  }))
  const entries: readonly MenuEntry[] = [...choices, { id: 'packs', label: t.status.packScreen, icon: <Boxes size={14} />, startsGroup: true, run: () => studio.session.state.setState({ openScreen: 'packs' }) }]
  const words = pack && pack.state !== 'ready' ? (pack.error?.message ?? t.build.noPack) : t.status.engine[engine.state]
  return (
    <Menu side="top" entries={entries} trigger={
      <button type="button" className={`button button-quiet status-button engine engine-${engine.state}`} aria-label={t.status.choosePack(pack?.name ?? t.status.noPack, words)}
        title={engine.message ?? pack?.error?.message ?? undefined}>
        <span className="engine-dot" aria-hidden />
        <span>{pack?.name ?? t.status.noPack}</span>
        <span className="engine-state truncate">{words}</span>
        <ChevronUp size={12} aria-hidden />
      </button>
    } />
  )
}
