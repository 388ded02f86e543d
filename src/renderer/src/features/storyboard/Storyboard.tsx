/** The storyboard: the shots as cards, in a list beside the viewer or in a grid of their own. */
import { ClipboardList, ListPlus, Plus, Search } from 'lucide-react'
import { useState } from 'react'
import type { FrameSize } from '#core/document/schema.ts'
import { addShot } from '../../stores/edits.ts'
import { useDerived, useOpen, useSession } from '../../stores/hooks.ts'
import { shortcutOf } from '../../stores/actions.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { t } from '../../ui/strings/strings.ts'
import type { CardArrangement } from './card-arrangement.ts'
import { CardList } from './CardList.tsx'
import { ImportScriptDialog } from './ImportScriptDialog.tsx'
import { SelectionBar } from './SelectionBar.tsx'
import './storyboard.css'

/** Searching is worth a row of its own only where the eye no longer does it. */
const SEARCH_FROM_SHOTS = 8

export function Storyboard({ arrangement }: { readonly arrangement: CardArrangement }) {
  const studio = useStudio()
  const shotIds = useDerived((derived) => derived.shotIds, NO_SHOTS)
  const selectedCount = useSession((state) => state.selectedShotIds.length)
  const [search, setSearch] = useState('')
  const [isImporting, setIsImporting] = useState(false)
  const found = useFound(shotIds, search)
  const seconds = useSeconds()
  const shape = useOpen(({ document: { project } }) => shapeOf(project.frameSize), 'wide')
  return (
    <section className={`storyboard storyboard-${arrangement} shape-${shape}`} aria-label={t.storyboard.list}>
      <header className="panel-head">
        <h2 className="panel-title">{t.storyboard.heading}</h2>
        <span className="hint">{shotIds.length > 0 && `${shotIds.length} · ${t.common.seconds(seconds)}`}</span>
        <span className="grow" />
        <IconButton label={t.storyboard.pasteScript} onClick={() => setIsImporting(true)}><ListPlus size={15} /></IconButton>
        <IconButton label={t.storyboard.add} shortcut={shortcutOf('addShot')} onClick={() => void addShot(studio)}><Plus size={16} /></IconButton>
      </header>
      {shotIds.length >= SEARCH_FROM_SHOTS && (
        <div className="storyboard-search">
          <label className="control search-field">
            <Search size={13} aria-hidden />
            <input type="search" value={search} placeholder={t.storyboard.search} aria-label={t.storyboard.search} onChange={(event) => setSearch(event.target.value)} />
          </label>
        </div>
      )}
      {shotIds.length === 0 ? (
        <Empty icon={<ClipboardList size={26} strokeWidth={1.4} />} title={t.storyboard.emptyTitle} text={t.storyboard.emptyText}>
          <Button tone="primary" onClick={() => void addShot(studio)}>{t.storyboard.add}</Button>
          <Button onClick={() => setIsImporting(true)}>{t.storyboard.pasteScript}</Button>
        </Empty>
      ) : (
        <CardList shotIds={found} isOrderable={search === ''} arrangement={arrangement} />
      )}
      {found.length === 0 && shotIds.length > 0 && <p className="storyboard-none">{t.storyboard.noMatch}</p>}
      {selectedCount > 1 && <SelectionBar />}
      {isImporting && <ImportScriptDialog onClose={() => setIsImporting(false)} />}
    </section>
  )
}

/** Which way pictures stand decides how cards are laid out. */
function shapeOf({ width, height }: FrameSize): 'tall' | 'square' | 'wide' {
  if (width > height * 1.1) return 'wide'
  return height > width * 1.1 ? 'tall' : 'square'
}

const NO_SHOTS: readonly string[] = []

function useFound(shotIds: readonly string[], search: string): readonly string[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return useOpen(({ document }) => {
    if (words.length === 0) return shotIds
    return shotIds.filter((id) => {
      const shot = document.shots[id]
      const text = `${shot?.name} ${shot?.prompt}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
  }, NO_SHOTS)
}

function useSeconds(): number {
  return useDerived(({ layout }, { project }) => (layout.totalFrames * project.frameRate.den) / project.frameRate.num, 0)
}
