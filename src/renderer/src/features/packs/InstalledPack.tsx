/** One installed pack: what it needs against what this machine has, its licence, and verifying, repairing and removing it. */
import { CircleCheck, Ellipsis, ShieldCheck, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { PackSummary } from '#contracts/studio-api.ts'
import { asStudioError } from '../../stores/document-store.ts'
import { useOpen } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { t } from '../../ui/strings/strings.ts'
import { RemoveDialog } from './RemoveDialog.tsx'

export function InstalledPack({ pack, capacityBytes }: { readonly pack: PackSummary; readonly capacityBytes: number }) {
  const studio = useStudio()
  const check = useStore(studio.packShop.state, (state) => state.checks[pack.packId] ?? null)
  const projectPackId = useOpen<string | null>(({ document }) => document.project.packId, null)
  const [isRemoving, setIsRemoving] = useState(false)
  const isDamaged = check !== null && check.badFiles.length > 0
  const state = isDamaged ? 'corrupt' : pack.state
  const isReady = state === 'ready'

  async function verify(): Promise<void> {
    try {
      const bad = await studio.packShop.verify(pack.packId)
      if (bad.length === 0) studio.notices.add({ kind: 'done', title: t.packShop.verified(pack.name) })
    } catch (cause) {
      const error = asStudioError(cause)
      studio.notices.add({ kind: 'failed', title: error.message, text: error.remedy })
    }
  }

  return (
    <li className={`pack-card pack-${state}`}>
      <div className="pack-head">
        <span className="pack-icon" aria-hidden>{isReady ? <CircleCheck size={15} /> : <TriangleAlert size={15} />}</span>
        <h3 className="pack-name truncate" title={pack.name}>{pack.name}</h3>
        <span className="pack-word">{t.packShop.states[state]}</span>
        <span className="grow" />
        {projectPackId !== null && isReady && (projectPackId === pack.packId
          ? <span className="pack-word">{t.packShop.inUse}</span>
          : <Button tone="quiet" onClick={() => void studio.document.dispatch('project.edit', { packId: pack.packId })}>{t.packShop.use}</Button>)}
        <Menu align="end" trigger={<button type="button" className="button icon-button button-quiet" aria-label={t.packShop.actions(pack.name)}><Ellipsis size={15} /></button>} entries={[
          { id: 'verify', label: t.packShop.verify, icon: <ShieldCheck size={14} />, disabled: pack.packDigest === null || check?.progress != null, run: () => void verify() },
          ...(pack.isRemovable ? [{ id: 'remove', label: t.packShop.remove, icon: <Trash2 size={14} />, isDanger: true, startsGroup: true, run: () => setIsRemoving(true) }] : []),
        ]} />
      </div>
      <p className="pack-facts">
        <span>{t.packShop.facts(pack.family, t.packShop.bytes(pack.bytes), pack.licence.name || pack.licence.spdx)}</span>
        {pack.isEmbedded && <span>{t.packShop.embedded}</span>}
        {typeof pack.linkedFrom === 'string' && <span className="pack-path">{t.packShop.linked(pack.linkedFrom)}</span>}
      </p>
      {pack.state === 'ready' && <Needs pack={pack} capacityBytes={capacityBytes} />}
      {pack.error && !isDamaged && <p className="pack-error" role="alert">{pack.error.message} <span className="pack-remedy">{pack.error.remedy}</span></p>}
      {check?.progress && (
        <div className="pack-check" role="status">
          <ProgressBar label={t.packShop.verifyingPack(pack.name)} fraction={check.progress.fraction} />
          <span className="hint truncate">{t.packShop.verifying(check.progress.file)}</span>
        </div>
      )}
      {check && isDamaged && (
        <div className="pack-error" role="alert">
          <p>{t.packShop.badFiles(check.badFiles.map(({ file, problem }) => `${file} ${t.packShop.problems[problem]}`).join(', '))}</p>
          {check.canRepair && <Button onClick={() => void studio.ask('pack.repair', { packId: pack.packId })}>{t.packShop.repair}</Button>}
        </div>
      )}
      {isRemoving && <RemoveDialog pack={pack} onClose={() => setIsRemoving(false)} />}
    </li>
  )
}

/** As many sizes as help to choose; packs of drafts list several small ones. */
const SIZES_SHOWN = 4

function Needs({ pack, capacityBytes }: { readonly pack: PackSummary; readonly capacityBytes: number }) {
  const rows = pack.memory ?? []
  return (
    <ul className="pack-needs">
      {rows.slice(0, SIZES_SHOWN).map(({ width, height, bytes }) => (
        <li key={`${width}x${height}`} className={bytes > capacityBytes ? 'pack-need pack-need-high' : 'pack-need'}>
          {bytes > 0 ? t.packShop.needs(width, height, t.packShop.bytes(bytes)) : t.packShop.needsUnknown(width, height)}
          {bytes > capacityBytes && `, ${t.packShop.tooLarge}`}
        </li>
      ))}
    </ul>
  )
}
