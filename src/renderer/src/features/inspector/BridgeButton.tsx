/** Leads to a bridge between a shot and the next one, or says why there can be none. */
import { Waypoints } from 'lucide-react'
import { shortcutOf } from '../../stores/actions.ts'
import { whyNotBridge } from '../../stores/abilities.ts'
import { useDerived, usePacks } from '../../stores/hooks.ts'
import { askBridge } from '../../stores/operate.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { t } from '../../ui/strings/strings.ts'

export function BridgeButton({ shotId }: { readonly shotId: string }) {
  const studio = useStudio()
  const packs = usePacks()
  const cannot = useDerived((_, document) => whyNotBridge(document, shotId, packs), null)
  return (
    <>
      <Tooltip label={cannot ?? t.operations.bridgeText} shortcut={shortcutOf('bridge')}>
        <Button className="bridge-button" icon={<Waypoints size={14} />} disabled={cannot !== null} onClick={() => askBridge(studio, shotId)}>{t.operations.bridge}</Button>
      </Tooltip>
      {cannot !== null && <p className="hint">{cannot}</p>}
    </>
  )
}
