/** The viewer: the sequence as it will be exported, with the transport below it. */
import { Clapperboard } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useDerived, useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { Empty } from '../../ui/Empty.tsx'
import { t } from '../../ui/strings/strings.ts'
import { CompareTag } from './CompareTag.tsx'
import { DraftingOverlay } from './DraftingOverlay.tsx'
import { GuidesOverlay } from './GuidesOverlay.tsx'
import { RetakeOverlay } from './RetakeOverlay.tsx'
import { Scrubber } from './Scrubber.tsx'
import { Stage } from './Stage.tsx'
import { Transport } from './Transport.tsx'
import { usePlayer } from './use-player.ts'
import './viewer.css'
import './ranges.css'

export function Viewer() {
  const studio = useStudio()
  const root = useRef<HTMLElement>(null)
  const totalFrames = useDerived((derived) => derived.layout.totalFrames, 0)
  const requests = useSession((state) => state.fullScreenRequests)
  const seenRequests = useRef(requests)
  usePlayer()

  useEffect(() => {
    studio.playhead.setTotal(totalFrames)
  }, [studio, totalFrames])

  useEffect(() => {
    if (requests === seenRequests.current) return
    seenRequests.current = requests
    // A refusal of the browser (no user gesture) leaves everything as it is.
    const change = document.fullscreenElement ? document.exitFullscreen() : root.current?.requestFullscreen()
    change?.catch(() => undefined)
  }, [requests])

  return (
    <section ref={root} className="viewer" aria-label={t.viewer.label}>
      <div className="viewer-stage">
        {totalFrames === 0
          ? <Empty icon={<Clapperboard size={26} strokeWidth={1.4} />} title={t.viewer.emptyTitle} text={t.viewer.emptyText} />
          : <Stage><DraftingOverlay /><RetakeOverlay /><GuidesOverlay /><CompareTag /></Stage>}
      </div>
      <Scrubber />
      <Transport />
    </section>
  )
}
