/** What can be had: searched, filtered, each with what it is good for, what it takes and its terms at a glance. */
import { Scale, Search } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { CatalogueAnswer } from '#contracts/studio-api.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { t } from '../../ui/strings/strings.ts'
import { useCapacity } from './use-capacity.ts'

type Offer = CatalogueAnswer['entries'][number]
type Filter = keyof typeof t.packShop.filters

const FILTERS: Readonly<Record<Filter, (offer: Offer, capacityBytes: number) => boolean>> = Object.freeze({
  all: () => true,
  download: ({ entry }: Offer) => entry.kind !== 'export',
  export: ({ entry }: Offer) => entry.kind === 'export',
  fits: ({ entry }: Offer, capacityBytes: number) => entry.memory.some(({ bytes }) => bytes !== null && bytes <= capacityBytes),
})

export function Catalogue({ answer, onOpen }: { readonly answer: CatalogueAnswer; readonly onOpen: (entryId: string) => void }) {
  const studio = useStudio()
  const installs = useStore(studio.packShop.state, (state) => state.installs)
  const capacity = useCapacity(answer)
  const [filter, setFilter] = useState<Filter>('all')
  const [search, setSearch] = useState('')
  const words = search.trim().toLowerCase()
  const found = answer.entries.filter((offer) => FILTERS[filter](offer, capacity.bytes) && `${offer.entry.name} ${offer.entry.family} ${offer.entry.goodFor}`.toLowerCase().includes(words))
  return (
    <section className="packs-section" aria-label={t.packShop.catalogue}>
      <header className="packs-head">
        <h2 className="section-title">{t.packShop.catalogue}</h2>
        <span className="hint">{t.packShop.asOf(answer.asOf)}</span>
        <span className="grow" />
        <label className="control search-field packs-search"><Search size={13} aria-hidden /><input type="search" value={search} placeholder={t.packShop.search} aria-label={t.packShop.search} onChange={(event) => setSearch(event.target.value)} /></label>
        <Segmented<Filter> label={t.packShop.filter} value={filter} onChange={setFilter} segments={(Object.keys(FILTERS) as Filter[]).map((value) => ({ value, label: t.packShop.filters[value] }))} />
      </header>
      {found.length === 0 ? (
        <p className="packs-note">{t.packShop.noMatch} <Button tone="quiet" onClick={() => { setFilter('all'); setSearch('') }}>{t.packShop.showAll}</Button></p>
      ) : (
        <ul className="packs-list">
          {found.map((offer) => <OfferRow key={offer.entry.id} offer={offer} capacityBytes={capacity.bytes} isOnTheWay={installs[offer.entry.id] !== undefined} onOpen={() => onOpen(offer.entry.id)} />)}
        </ul>
      )}
    </section>
  )
}

function OfferRow({ offer: { entry, terms, isInstalled }, capacityBytes, isOnTheWay, onOpen }: { readonly offer: Offer; readonly capacityBytes: number; readonly isOnTheWay: boolean; readonly onOpen: () => void }) {
  return (
    <li className="pack-card offer">
      <div className="offer-words">
        <div className="pack-head">
          <h3 className="pack-name truncate" title={entry.name}>{entry.name}</h3>
          <span className="pack-word">{t.packShop.kinds[entry.kind]}</span>
          {terms.length > 0 && <span className="offer-limits"><Scale size={12} aria-hidden />{t.packShop.limits}</span>}
        </div>
        <p className="offer-good">{entry.goodFor}</p>
        <p className="pack-facts">
          <span>{t.packShop.facts(entry.family, entry.disk.bytes === null ? t.packShop.sizeUnknown : t.packShop.onDisk(t.packShop.bytes(entry.disk.bytes)), entry.licence.name)}</span>
          {entry.memory.map(({ width, height, bytes }) => (
            <span key={`${width}x${height}`} className={bytes !== null && bytes > capacityBytes ? 'pack-need-high' : ''}>
              {bytes === null ? t.packShop.needsUnknown(width, height) : t.packShop.needs(width, height, t.packShop.bytes(bytes))}
              {bytes !== null && bytes > capacityBytes && `, ${t.packShop.tooLarge}`}
            </span>
          ))}
        </p>
      </div>
      <div className="offer-action">
        {isInstalled ? <span className="pack-word">{t.packShop.isInstalled}</span>
          : isOnTheWay ? <span className="pack-word">{t.packShop.isOnTheWay}</span>
            : <Button aria-label={`${entry.kind === 'export' ? t.packShop.howTo : t.packShop.install} ${entry.name}`} onClick={onOpen}>{entry.kind === 'export' ? t.packShop.howTo : t.packShop.install}</Button>}
      </div>
    </li>
  )
}
