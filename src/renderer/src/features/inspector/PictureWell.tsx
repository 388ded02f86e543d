/** A place for one given picture: choose a file, drop one, or take the frame at the playhead; shows it and lets it go. */
import { Camera, FolderOpen, ImagePlus, X } from 'lucide-react'
import { useRef, useState, type DragEvent } from 'react'
import { mediaPath } from '#contracts/studio-api.ts'
import type { Shot } from '#core/document/schema.ts'
import { useOpen } from '../../stores/hooks.ts'
import { giveFrameAtPlayhead, givePicture, PICTURE_FILES, removePicture, type PicturePlace } from '../../stores/pictures.ts'
import { useStudio } from '../../stores/studio.ts'
import { Menu, type MenuEntry } from '../../ui/Menu.tsx'
import { Picture } from '../../ui/Picture.tsx'
import { t } from '../../ui/strings/strings.ts'

export function PictureWell({ shot, place, label, ratio, cannot }: {
  readonly shot: Shot
  readonly place: PicturePlace
  readonly label: string
  readonly ratio: number
  /** Why it cannot be given; null where it can. What is given already can always be removed. */
  readonly cannot: string | null
}) {
  const studio = useStudio()
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setIsOver] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const mediaId = shot.references[place]
  const [projectId, displayName] = useOpen(({ document, projectId: own }) => [own, (mediaId && document.media[mediaId]?.displayName) || ''] as const, ['', ''] as const)
  const isClosed = cannot !== null

  async function bring(work: Promise<void>): Promise<void> {
    setIsBusy(true)
    await work
    setIsBusy(false)
  }

  function over(event: DragEvent): void {
    if (isClosed || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setIsOver(true)
  }

  function drop(event: DragEvent): void {
    event.preventDefault()
    setIsOver(false)
    const [file] = event.dataTransfer.files
    if (file && !isClosed) void bring(givePicture(studio, shot.id, place, file))
  }

  const entries: readonly MenuEntry[] = [
    { id: 'choose', label: t.pictures.choose, icon: <FolderOpen size={14} />, disabled: isClosed, run: () => input.current?.click() },
    { id: 'frame', label: t.pictures.frameHere, icon: <Camera size={14} />, disabled: isClosed, run: () => void bring(giveFrameAtPlayhead(studio, shot.id, place)) },
    ...(mediaId === null ? [] : [{ id: 'remove', label: t.pictures.remove(label), icon: <X size={14} />, startsGroup: true, run: () => removePicture(studio, shot.id, place) }]),
  ]
  return (
    <div className={`picture-well ${isOver ? 'picture-well-over' : ''}`} onDragOver={over} onDragLeave={() => setIsOver(false)} onDrop={drop} title={cannot ?? displayName}>
      <Menu entries={entries} trigger={(
        <button type="button" className="picture-well-button" aria-label={t.pictures.actions(label)} disabled={isClosed && mediaId === null}>
          <Picture src={mediaId === null ? null : studio.mediaUrl(mediaPath(projectId, mediaId))} alt={displayName} ratio={ratio}>
            {mediaId === null && <span className="picture-well-empty"><ImagePlus size={16} aria-hidden /><span>{isBusy ? t.pictures.importing : t.pictures.drop}</span></span>}
          </Picture>
        </button>
      )} />
      <span className="picture-well-label"><span className="truncate">{label}</span>
        {mediaId !== null && !shot.isLocked && <button type="button" className="picture-well-remove" aria-label={t.pictures.remove(label)} onClick={() => removePicture(studio, shot.id, place)}><X size={12} /></button>}
      </span>
      <input ref={input} type="file" accept={PICTURE_FILES} className="visually-hidden" tabIndex={-1} aria-label={t.pictures.pick(label)}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) void bring(givePicture(studio, shot.id, place, file))
        }} />
    </div>
  )
}
