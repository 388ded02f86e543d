/** One project of the library: its poster, title, length and when it was last worked on. */
import { Ellipsis, ListX } from 'lucide-react'
import type { ProjectSummary } from '#contracts/studio-api.ts'
import { takeThumbnailPath } from '#contracts/studio-api.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { useStudio } from '../../stores/studio.ts'
import { Menu } from '../../ui/Menu.tsx'
import { t } from '../../ui/strings/strings.ts'

export function ProjectCard({ project, now }: { readonly project: ProjectSummary; readonly now: Date }) {
  const studio = useStudio()
  const { projectId, title, shotCount, durationFrames, frameRate, frameSize, posterTakeId, updatedAt, isMissing } = project
  const facts = [t.library.shots(shotCount), t.common.seconds(framesToSeconds(durationFrames, frameRate)), t.durations.ago(new Date(updatedAt), now)]

  async function forget(): Promise<void> {
    await studio.library.forget(projectId)
    studio.notices.add({ kind: 'note', title: t.library.forgotten(title) })
  }

  return (
    <li className={`project-card ${isMissing ? 'project-missing' : ''}`}>
      <button type="button" className="project-open" aria-label={t.library.open(title)} disabled={isMissing} onClick={() => void studio.openById(projectId)}>
        <span className="project-poster">
          {posterTakeId ? <Poster src={studio.mediaUrl(takeThumbnailPath(projectId, posterTakeId))} /> : <span className="poster-shape" style={{ aspectRatio: frameSize.width / frameSize.height }} />}
        </span>
        <span className="project-name truncate">{title}</span>
        <span className="hint truncate">{isMissing ? t.library.missing : facts.join(' · ')}</span>
      </button>
      <Menu align="end" trigger={<button type="button" className="button icon-button button-quiet project-menu" aria-label={t.project.menu(title)}><Ellipsis size={15} /></button>}
        entries={[{ id: 'forget', label: t.library.forget, icon: <ListX size={14} />, run: () => void forget() }]} />
    </li>
  )
}

/** The picture whole, on a dim blur of itself. */
function Poster({ src }: { readonly src: string }) {
  return <><img className="poster-glow" src={src} alt="" draggable={false} /><img src={src} alt="" draggable={false} /></>
}
