/** Everything to know before getting a pack: sizes with their sources, licence and its limits, and the one button, or the steps. */
import { ExternalLink, Scale } from 'lucide-react'
import { useState } from 'react'
import type { CatalogueAnswer } from '#contracts/studio-api.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'

export function EntrySheet({ offer, onClose }: { readonly offer: CatalogueAnswer['entries'][number]; readonly onClose: () => void }) {
  const studio = useStudio()
  const { entry, terms, acceptedAt } = offer
  const words = t.packShop.sheet
  const [isAccepting, setIsAccepting] = useState(false)
  const isOpenToMe = terms.length === 0 || acceptedAt !== null
  const isExport = entry.kind === 'export'

  async function go(): Promise<void> {
    if (!isOpenToMe) {
      if (!(await studio.ask('pack.acceptTerms', { entryId: entry.id }))) return
      await studio.packShop.load()
    }
    if (isExport) return
    if (await studio.ask('pack.install', { entryId: entry.id })) onClose()
  }

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(entry.steps.join('\n')).then(
      () => studio.notices.add({ kind: 'done', title: words.copied }),
      () => studio.notices.add({ kind: 'failed', title: t.doctor.copyFailed }),
    )
  }

  return (
    <Dialog isOpen onClose={onClose} title={words.title(entry.name)} width={640} footer={(
      <>
        <Button onClick={onClose}>{isExport && isOpenToMe ? t.common.close : t.common.cancel}</Button>
        {isExport && isOpenToMe
          ? <Button tone="primary" onClick={() => void copy()}>{words.copy}</Button>
          : <Button tone="primary" disabled={!isOpenToMe && !isAccepting} onClick={() => void go()}>{isOpenToMe ? words.start : isExport ? words.acceptShow : words.acceptStart}</Button>}
      </>
    )}>
      <div className="packs-words entry-sheet">
        <p className="entry-good">{entry.goodFor}</p>
        {entry.caveat !== null && <p className="pack-trouble">{entry.caveat}</p>}
        <dl className="entry-facts">
          {!isExport && <Fact name={words.download} bytes={entry.download.bytes} source={entry.download.source} />}
          <Fact name={words.disk} bytes={entry.disk.bytes} source={entry.disk.source} />
          {entry.memory.map((row) => <Fact key={`${row.width}x${row.height}`} name={words.memory} detail={words.memoryFrames(row.width, row.height, row.frames)} bytes={row.bytes} source={row.source} />)}
          <dt>{words.source}</dt>
          <dd><span className="entry-value">{entry.source.repository}</span><span className="entry-source">{entry.source.note}</span></dd>
          <dt>{words.licence}</dt>
          <dd>
            <span className="entry-value">{entry.licence.name} ({entry.licence.spdx})</span>
            {entry.licence.url !== null && <a className="entry-link" href={entry.licence.url} target="_blank" rel="noreferrer"><ExternalLink size={12} aria-hidden />{words.readLicence}</a>}
            {entry.licence.notes.map((note) => <span key={note} className="entry-source">{note}</span>)}
          </dd>
        </dl>
        {entry.kind === 'community' && <p className="entry-source">{words.unchecked}</p>}
        {terms.length > 0 && (
          <section className="entry-terms" aria-label={words.terms}>
            <h3><Scale size={14} aria-hidden />{words.terms}</h3>
            <ul>{terms.map((term) => <li key={term}>{term}</li>)}</ul>
            {acceptedAt !== null ? <p className="entry-source">{words.acceptedOn(new Date(acceptedAt).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }))}</p> : (
              <label className="entry-accept"><input type="checkbox" checked={isAccepting} onChange={(event) => setIsAccepting(event.target.checked)} />{words.accept}</label>
            )}
          </section>
        )}
        {isExport && (
          <section className="entry-steps" aria-label={words.steps}>
            <h3>{words.steps}</h3>
            {isOpenToMe ? <ol>{entry.steps.map((step) => <li key={step}>{step}</li>)}</ol> : <p className="entry-source">{words.stepsAfter}</p>}
          </section>
        )}
      </div>
    </Dialog>
  )
}

function Fact({ name, detail, bytes, source }: { readonly name: string; readonly detail?: string; readonly bytes: number | null; readonly source: string }) {
  return (
    <>
      <dt>{name}{detail !== undefined && <span className="entry-detail">{detail}</span>}</dt>
      <dd><span className="entry-value">{bytes === null ? t.packShop.sheet.unknown : t.packShop.bytes(bytes)}</span><span className="entry-source">{source}</span></dd>
    </>
  )
}
