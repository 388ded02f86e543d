/** Where packs lie and where they come from: the packs folder and the mirror. */
import { useState } from 'react'
import type { CatalogueAnswer } from '#contracts/studio-api.ts'
import type { StudioError } from '#core/errors.ts'
import { asStudioError } from '../../stores/document-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'
import { FolderButton } from './FolderButton.tsx'

export function PlacesDialog({ answer, onClose }: { readonly answer: CatalogueAnswer; readonly onClose: () => void }) {
  const studio = useStudio()
  const [folder, setFolder] = useState(answer.folder)
  const [mirror, setMirror] = useState(answer.mirror ?? '')
  const [isMoving, setIsMoving] = useState(false)
  const [error, setError] = useState<{ readonly of: 'folder' | 'mirror'; readonly error: StudioError } | null>(null)
  const words = t.packShop.places

  async function move(target: string | null): Promise<void> {
    setIsMoving(true)
    setError(null)
    try {
      const moved = await studio.link.call('pack.moveFolder', { folder: target })
      setFolder(moved.folder)
      studio.notices.add({ kind: 'done', title: words.moved(moved.movedPacks) })
    } catch (cause) {
      setError({ of: 'folder', error: asStudioError(cause) })
    }
    setIsMoving(false)
  }

  async function saveMirror(): Promise<void> {
    setError(null)
    try {
      const { address } = await studio.link.call('pack.setMirror', { address: mirror })
      setMirror(address ?? '')
      studio.notices.add({ kind: 'done', title: address === null ? words.mirrorNone : words.mirrorSaved })
    } catch (cause) {
      setError({ of: 'mirror', error: asStudioError(cause) })
    }
  }

  return (
    <Dialog isOpen onClose={onClose} title={words.title} width={600} footer={<Button onClick={onClose}>{t.common.close}</Button>}>
      <div className="form">
        <form className="form-field" onSubmit={(event) => { event.preventDefault(); void move(folder.trim()) }}>
          <label className="field-label" htmlFor="packs-folder">{words.folder}</label>
          <div className="packs-line">
            <input id="packs-folder" className="control" value={folder} spellCheck={false} disabled={isMoving} aria-describedby="packs-folder-hint" onChange={(event) => setFolder(event.target.value)} />
            <FolderButton onChoose={setFolder} />
            <Button type="submit" disabled={isMoving || folder.trim() === '' || folder.trim() === answer.folder}>{isMoving ? words.moving : words.move}</Button>
            {!answer.isDefaultFolder && <Button tone="quiet" disabled={isMoving} onClick={() => void move(null)}>{words.own}</Button>}
          </div>
          <span className="hint" id="packs-folder-hint">{words.folderHint}</span>
          <Refusal of="folder" error={error} />
        </form>
        <form className="form-field" onSubmit={(event) => { event.preventDefault(); void saveMirror() }}>
          <label className="field-label" htmlFor="packs-mirror">{words.mirror}</label>
          <div className="packs-line">
            <input id="packs-mirror" className="control" value={mirror} spellCheck={false} inputMode="url" placeholder="https://" aria-describedby="packs-mirror-hint" onChange={(event) => setMirror(event.target.value)} />
            <Button type="submit" disabled={mirror.trim() === (answer.mirror ?? '')}>{words.saveMirror}</Button>
          </div>
          <span className="hint" id="packs-mirror-hint">{words.mirrorHint}</span>
          <Refusal of="mirror" error={error} />
        </form>
      </div>
    </Dialog>
  )
}

function Refusal({ of, error }: { readonly of: 'folder' | 'mirror'; readonly error: { readonly of: 'folder' | 'mirror'; readonly error: StudioError } | null }) {
  if (error?.of !== of) return null
  return <p className="pack-error" role="alert">{error.error.message} <span className="pack-remedy">{error.error.remedy}</span></p>
}
