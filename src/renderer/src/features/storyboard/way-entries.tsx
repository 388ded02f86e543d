/** The entries of a shot's menu that make it, or a part of it, again; what cannot be done says why when it is pointed at. */
import { ArrowLeftToLine, ArrowRightToLine, Grid2x2, RefreshCcwDot, Waypoints } from 'lucide-react'
import type { Shot } from '#core/document/schema.ts'
import { whyNotBridge, whyNotExtend, whyNotRetake, whyNotVariations } from '../../stores/abilities.ts'
import { shortcutOf } from '../../stores/actions.ts'
import { derivedOf, seekToShot } from '../../stores/edits.ts'
import { askBridge, askExtend, askRetake, askVariations } from '../../stores/operate.ts'
import type { Studio } from '../../stores/studio.ts'
import type { MenuEntry } from '../../ui/Menu.tsx'
import { t } from '../../ui/strings/strings.ts'

export function wayEntries(studio: Studio, shot: Shot): readonly MenuEntry[] {
  const document = derivedOf(studio)?.document
  const { packs } = studio.packs.state.getState()
  if (!document?.shots[shot.id]) return []
  const why = (judge: typeof whyNotRetake): Pick<MenuEntry, 'disabled' | 'hint'> => {
    const reason = judge(document, shot.id, packs)
    return reason === null ? {} : { disabled: true, hint: reason }
  }
  return [
    { id: 'variations', label: t.operations.variations, icon: <Grid2x2 size={14} />, shortcut: shortcutOf('variations'), ...why(whyNotVariations), run: () => askVariations(studio, shot.id) },
    { id: 'retake', label: t.operations.retakeMenu, icon: <RefreshCcwDot size={14} />, shortcut: shortcutOf('retakeRange'), ...why(whyNotRetake), run: () => { studio.session.selectShots([shot.id]); seekToShot(studio, shot.id); askRetake(studio) } },
    { id: 'extend-before', label: t.operations.extendBefore, icon: <ArrowLeftToLine size={14} />, shortcut: shortcutOf('extendBefore'), ...why(whyNotExtend), run: () => askExtend(studio, 'before', shot.id) },
    { id: 'extend-after', label: t.operations.extendAfter, icon: <ArrowRightToLine size={14} />, shortcut: shortcutOf('extendAfter'), ...why(whyNotExtend), run: () => askExtend(studio, 'after', shot.id) },
    { id: 'bridge', label: t.operations.bridge, icon: <Waypoints size={14} />, shortcut: shortcutOf('bridge'), ...why(whyNotBridge), run: () => askBridge(studio, shot.id) },
  ]
}
