/** The welcome screen: start from a script or a sample, or go on with a project. */
import { Boxes, Cpu, FileText, Film, FolderX, Plus, Search, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { SAMPLES } from '#core/samples/catalogue.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { t } from '../../ui/strings/strings.ts'
import { NewProjectDialog } from './NewProjectDialog.tsx'
import { ProjectCard } from './ProjectCard.tsx'
import './library.css'

const SEARCH_FROM_PROJECTS = 9

export function LibraryScreen() {
  const studio = useStudio()
  const { status, projects, error } = useStore(studio.library.state)
  const [dialog, setDialog] = useState<'script' | 'blank' | null>(null)
  const [search, setSearch] = useState('')
  const [openedAt] = useState(() => new Date())
  const sample = SAMPLES[0]
  const found = projects.filter(({ title }) => title.toLowerCase().includes(search.trim().toLowerCase()))

  function openSample(): void {
    if (sample) void studio.openProject(() => studio.link.call('project.createSample', { sampleId: sample.id, folder: null }))
  }

  return (
    <main className="library">
      <div className="library-column">
        <header className="library-head">
          <div className="library-brand"><Mark size={26} /><h1>{t.app.name}</h1></div>
          <p className="library-intro">{t.library.intro}</p>
        </header>
        <div className="starts">
          <button type="button" className="start start-primary" onClick={() => setDialog('script')}>
            <FileText size={20} strokeWidth={1.6} aria-hidden />
            <span className="start-words"><span className="start-title">{t.library.pasteScript}</span><span className="start-hint">{t.library.pasteHint}</span></span>
          </button>
          {sample && (
            <button type="button" className="start" onClick={openSample}>
              <Film size={20} strokeWidth={1.6} aria-hidden />
              <span className="start-words"><span className="start-title">{t.library.openSample}</span><span className="start-hint">{t.library.sampleHint(sample.title, sample.shots.length)}</span></span>
            </button>
          )}
        </div>
        <section className="library-projects" aria-label={t.library.heading}>
          <header className="library-bar">
            <h2 className="section-title">{t.library.heading}</h2>
            <span className="grow" />
            {projects.length >= SEARCH_FROM_PROJECTS && (
              <label className="control search-field library-search"><Search size={13} aria-hidden /><input type="search" value={search} placeholder={t.library.search} aria-label={t.library.search} onChange={(event) => setSearch(event.target.value)} /></label>
            )}
            <Button tone="quiet" icon={<Plus size={14} />} onClick={() => setDialog('blank')}>{t.library.blank}</Button>
          </header>
          {status === 'failed' ? (
            <Empty tone="failed" icon={<TriangleAlert size={24} />} title={error?.message ?? t.library.failedTitle} text={error?.remedy}>
              <Button onClick={() => void studio.library.load()}>{t.common.retry}</Button>
            </Empty>
          ) : status === 'ready' && projects.length === 0 ? (
            <Empty icon={<FolderX size={24} strokeWidth={1.4} />} title={t.library.noneTitle} text={t.library.noneText} />
          ) : found.length === 0 && status === 'ready' ? (
            <p className="library-none">{t.library.noMatch(search)}</p>
          ) : (
            <ul className="project-grid">{found.map((project) => <ProjectCard key={project.projectId} project={project} now={openedAt} />)}</ul>
          )}
        </section>
      </div>
      <footer className="library-foot hint">
        <span>{t.library.privacy}</span>
        <Button tone="quiet" icon={<Boxes size={13} />} onClick={() => studio.session.state.setState({ openScreen: 'packs' })}>{t.packShop.title}</Button>
        <Button tone="quiet" icon={<Cpu size={13} />} onClick={() => studio.session.state.setState({ openScreen: 'doctor' })}>{t.doctor.title}</Button>
      </footer>
      {dialog && <NewProjectDialog kind={dialog} onClose={() => setDialog(null)} />}
    </main>
  )
}
