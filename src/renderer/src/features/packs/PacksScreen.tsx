/** The screen "Model packs": what is on the way, what is installed, and what can be had. */
import { ArrowLeft, FolderInput, Settings2, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import type { CatalogueAnswer } from '#contracts/studio-api.ts'
import { usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Catalogue } from './Catalogue.tsx'
import { EntrySheet } from './EntrySheet.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { InstalledPack } from './InstalledPack.tsx'
import { InstallRow } from './InstallRow.tsx'
import { PlacesDialog } from './PlacesDialog.tsx'
import { useCapacity } from './use-capacity.ts'
import './packs.css'

export function PacksScreen() {
  const studio = useStudio()
  const answer = useStore(studio.packShop.state, (state) => state.answer)
  const error = useStore(studio.packShop.state, (state) => state.error)
  const heading = useRef<HTMLHeadingElement>(null)
  const [dialog, setDialog] = useState<'import' | 'places' | null>(null)
  const [entryId, setEntryId] = useState<string | null>(null)
  const offer = answer?.entries.find(({ entry }) => entry.id === entryId) ?? null
  const leave = (): void => studio.session.state.setState({ openScreen: null })

  useEffect(() => {
    heading.current?.focus()
    void studio.packs.load()
    void studio.packShop.load()
    // Which card there is decides what fits; the machine's own memory stands in until that is known.
    void studio.doctor.look(false)
  }, [studio])

  function press(event: KeyboardEvent): void {
    // Escape in a dialog or a menu is theirs: they lie in portals, and bubble here through React.
    if (event.key === 'Escape' && !event.defaultPrevented && event.currentTarget.contains(event.target as Node)) leave()
  }

  return (
    <main className="screen packs" onKeyDown={press}>
      <header className="screen-bar">
        <Button tone="quiet" icon={<ArrowLeft size={14} />} onClick={leave}>{t.packShop.back}</Button>
        <h1 ref={heading} tabIndex={-1}>{t.packShop.title}</h1>
        <span className="grow" />
        <Button icon={<FolderInput size={14} />} disabled={answer === null} onClick={() => setDialog('import')}>{t.packShop.import}</Button>
        <Button icon={<Settings2 size={14} />} disabled={answer === null} onClick={() => setDialog('places')}>{t.packShop.settings}</Button>
      </header>
      <div className="packs-column">
        {answer !== null ? (
          <>
            <Installs />
            <Installed answer={answer} />
            <Catalogue answer={answer} onOpen={setEntryId} />
          </>
        ) : error !== null ? (
          <Empty tone="failed" icon={<TriangleAlert size={24} />} title={t.packShop.failed} text={`${error.message} ${error.remedy}`}>
            <Button tone="primary" onClick={() => void studio.packShop.load()}>{t.common.retry}</Button>
          </Empty>
        ) : (
          <Waiting />
        )}
      </div>
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} onTerms={setEntryId} />}
      {dialog === 'places' && answer && <PlacesDialog answer={answer} onClose={() => setDialog(null)} />}
      {offer && <EntrySheet offer={offer} onClose={() => setEntryId(null)} />}
    </main>
  )
}

function Installs() {
  const studio = useStudio()
  const installs = Object.values(useStore(studio.packShop.state, (state) => state.installs))
  const section = useRef<HTMLElement>(null)
  const known = useRef(installs.length)
  useEffect(() => {
    // Started from far down in the catalogue: what a person wants to see now is here.
    if (installs.length > known.current) section.current?.scrollIntoView({ block: 'nearest' })
    known.current = installs.length
  }, [installs.length])
  if (installs.length === 0) return null
  return (
    <section ref={section} className="packs-section" aria-label={t.packShop.onTheWay}>
      <h2 className="section-title">{t.packShop.onTheWay}</h2>
      <ul className="packs-list">{installs.map((install) => <InstallRow key={install.installId} install={install} />)}</ul>
    </section>
  )
}

function Installed({ answer }: { readonly answer: CatalogueAnswer }) {
  const packs = usePacks()
  const capacity = useCapacity(answer)
  const memory = t.packShop.memory(t.packShop.bytes(capacity.bytes), capacity.card)
  return (
    <section className="packs-section" aria-label={t.packShop.installed}>
      <header className="packs-head">
        <h2 className="section-title">{t.packShop.installed}</h2>
        <span className="hint">{answer.freeBytes === null ? memory : t.packShop.room(t.packShop.bytes(answer.freeBytes), memory)}</span>
      </header>
      <ul className="packs-list">{packs.map((pack) => <InstalledPack key={pack.packId} pack={pack} capacityBytes={capacity.bytes} />)}</ul>
      {packs.every(({ isEmbedded }) => isEmbedded) && <p className="packs-note">{t.packShop.installedNone}</p>}
    </section>
  )
}

/** The places of what is to come, so that nothing jumps when it does. */
function Waiting() {
  return (
    <div className="late" role="status">
      <p className="packs-note">{t.packShop.loading}</p>
      <div className="packs-blank" aria-hidden />
      <div className="packs-blank packs-blank-tall" aria-hidden />
    </div>
  )
}
