/** Ways to make a shot, or a part of it, again: variations, a retake, longer at either end; each says why where it cannot be. */
import { ArrowLeftToLine, ArrowRightToLine, Grid2x2, RefreshCcwDot } from 'lucide-react'
import type { ReactNode } from 'react'
import { whyNotExtend, whyNotRetake, whyNotVariations } from '../../stores/abilities.ts'
import { shortcutOf, type ActionId } from '../../stores/actions.ts'
import { useDerived, usePacks } from '../../stores/hooks.ts'
import { askExtend, askRetake, askVariations } from '../../stores/operate.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { t } from '../../ui/strings/strings.ts'

export function RemakeRow({ shotId }: { readonly shotId: string }) {
  const studio = useStudio()
  const packs = usePacks()
  const cannotRetake = useDerived((_, document) => whyNotRetake(document, shotId, packs), null)
  const cannotExtend = useDerived((_, document) => whyNotExtend(document, shotId, packs), null)
  const cannotVary = useDerived((_, document) => whyNotVariations(document, shotId, packs), null)
  return (
    <div className="remake-row" role="toolbar" aria-label={t.operations.panel}>
      <Way action="variations" label={t.operations.variationsHeading} words={t.operations.variationsHeading} cannot={cannotVary} icon={<Grid2x2 size={13} />} onPress={() => askVariations(studio, shotId)} />
      <Way action="retakeRange" label={t.operations.retakeRange} words={t.operations.retake} cannot={cannotRetake} icon={<RefreshCcwDot size={13} />} onPress={() => askRetake(studio)} />
      <Way action="extendBefore" label={t.operations.extendBefore} cannot={cannotExtend} icon={<ArrowLeftToLine size={14} />} onPress={() => askExtend(studio, 'before', shotId)} />
      <Way action="extendAfter" label={t.operations.extendAfter} cannot={cannotExtend} icon={<ArrowRightToLine size={14} />} onPress={() => askExtend(studio, 'after', shotId)} />
    </div>
  )
}

/** Stays reachable where it cannot be used, so that it can say why. */
function Way({ action, label, words, cannot, icon, onPress }: { readonly action: ActionId; readonly label: string; readonly words?: string; readonly cannot: string | null; readonly icon: ReactNode; readonly onPress: () => void }) {
  return (
    <Tooltip label={cannot ?? label} shortcut={shortcutOf(action)}>
      <Button className={words ? '' : 'icon-button'} aria-label={label} aria-disabled={cannot !== null} aria-description={cannot ?? undefined} icon={icon} onClick={onPress}>{words}</Button>
    </Tooltip>
  )
}
