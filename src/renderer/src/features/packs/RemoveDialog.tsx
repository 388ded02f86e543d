/** Asks before a pack is removed: how many bytes, and which projects would miss it. */
import { useEffect, useState } from 'react'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { MethodOutput } from '#contracts/contract.ts'
import type { StudioContract } from '#contracts/studio-api.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { t } from '../../ui/strings/strings.ts'

export function RemoveDialog({ pack, onClose }: { readonly pack: PackSummary; readonly onClose: () => void }) {
  const studio = useStudio()
  const [usage, setUsage] = useState<MethodOutput<StudioContract, 'pack.usage'> | null>(null)
  const isLinked = typeof pack.linkedFrom === 'string'
  useEffect(() => {
    void studio.ask('pack.usage', { packId: pack.packId }).then((answer) => (answer ? setUsage(answer) : onClose()))
  }, [studio, pack.packId, onClose])

  async function remove(): Promise<void> {
    const answer = await studio.ask('pack.remove', { packId: pack.packId })
    if (answer) studio.notices.add({ kind: 'done', title: t.packShop.removed(pack.name) })
    onClose()
  }

  return (
    <Dialog isOpen onClose={onClose} title={t.packShop.removeTitle(pack.name)} width={460} footer={(
      <>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button tone="danger" disabled={usage === null} onClick={() => void remove()}>{isLinked ? t.packShop.removeLinkNow : t.packShop.removeNow(t.packShop.bytes(pack.bytes))}</Button>
      </>
    )}>
      <div className="packs-words">
        <p>{isLinked ? t.packShop.removeLink : t.packShop.removeBytes(t.packShop.bytes(pack.bytes))}</p>
        {usage && usage.projects.length > 0 && <p className="pack-trouble">{t.packShop.removeUsed(usage.projects.map(({ title }) => title))}</p>}
      </div>
    </Dialog>
  )
}
