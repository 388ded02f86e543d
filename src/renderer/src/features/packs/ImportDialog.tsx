/** Brings in a pack from a folder or drive: copied, or used where it lies. */
import { useState } from 'react'
import { useStore } from 'zustand'
import type { StudioError } from '#core/errors.ts'
import { asStudioError } from '../../stores/document-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'
import { FolderButton } from './FolderButton.tsx'
import { InstallRow } from './InstallRow.tsx'

export function ImportDialog({ onClose, onTerms }: { readonly onClose: () => void; readonly onTerms: (entryId: string) => void }) {
  const studio = useStudio()
  const answer = useStore(studio.packShop.state, (state) => state.answer)
  const running = useStore(studio.packShop.state, (state) => Object.values(state.installs).find(({ kind, state: own }) => kind === 'import' && own !== 'failed') ?? null)
  const [folder, setFolder] = useState('')
  const [mode, setMode] = useState<'copy' | 'link'>('copy')
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<StudioError | null>(null)
  const words = t.packShop.importing
  /** The entry whose terms stand in the way: the refusal names it. */
  const gated = error?.code === 'LICENCE_NOT_ACCEPTED' ? (answer?.entries.find(({ entry, terms }) => terms.length > 0 && error.message.includes(`"${entry.name}"`)) ?? null) : null

  async function bringIn(): Promise<void> {
    setIsBusy(true)
    setError(null)
    try {
      const { name } = await studio.link.call('pack.import', { folder: folder.trim(), mode })
      studio.notices.add({ kind: 'done', title: words.done(name) })
      onClose()
    } catch (cause) {
      setError(asStudioError(cause))
      setIsBusy(false)
    }
  }

  return (
    <Dialog isOpen onClose={onClose} title={words.title} width={560} footer={(
      <>
        <Button onClick={onClose}>{t.common.close}</Button>
        {gated
          ? <Button tone="primary" onClick={() => { onTerms(gated.entry.id); onClose() }}>{words.accept(gated.entry.name)}</Button>
          : <Button tone="primary" disabled={isBusy || folder.trim() === ''} onClick={() => void bringIn()}>{isBusy ? words.starting : words.start}</Button>}
      </>
    )}>
      <form className="form" onSubmit={(event) => { event.preventDefault(); if (!isBusy && folder.trim() !== '') void bringIn() }}>
        <div className="form-field">
          <label className="field-label" htmlFor="import-folder">{words.folder}</label>
          <div className="packs-line">
            <input id="import-folder" className="control" autoFocus value={folder} spellCheck={false} disabled={isBusy} aria-describedby="import-folder-hint" onChange={(event) => setFolder(event.target.value)} />
            <FolderButton onChoose={setFolder} />
          </div>
          <span className="hint" id="import-folder-hint">{words.folderHint}</span>
        </div>
        <fieldset className="packs-choices" disabled={isBusy}>
          <legend className="field-label">{words.mode}</legend>
          <Choice label={words.copy} hint={words.copyHint} isOn={mode === 'copy'} onChoose={() => setMode('copy')} />
          <Choice label={words.link} hint={words.linkHint} isOn={mode === 'link'} onChoose={() => setMode('link')} />
        </fieldset>
        {isBusy && running && <ul className="packs-list"><InstallRow install={running} /></ul>}
        {error && <p className="pack-error" role="alert">{error.message} <span className="pack-remedy">{error.remedy}</span></p>}
      </form>
    </Dialog>
  )
}

function Choice({ label, hint, isOn, onChoose }: { readonly label: string; readonly hint: string; readonly isOn: boolean; readonly onChoose: () => void }) {
  return (
    <label className="packs-choice"><input type="radio" name="import-mode" checked={isOn} onChange={onChoose} />
      <span className="packs-choice-words"><span>{label}</span><span className="hint">{hint}</span></span>
    </label>
  )
}
