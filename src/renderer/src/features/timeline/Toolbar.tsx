/** The timeline's tools: split, add, snapping and zoom. */
import { Brackets, Captions, Magnet, Maximize2, Music, Scissors, Type, ZoomIn, ZoomOut } from 'lucide-react'
import { useDerived, useOperations, useSession } from '../../stores/hooks.ts'
import { actionById, shortcutOf, type ActionId } from '../../stores/actions.ts'
import { PIXELS_PER_SECOND } from '../../stores/session-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Slider } from '../../ui/Slider.tsx'
import { t } from '../../ui/strings/strings.ts'
import type { ReactNode } from 'react'

export function Toolbar() {
  const studio = useStudio()
  const isSnapping = useSession((state) => state.isSnapping)
  const isRangeTool = useOperations((state) => state.isRangeTool)
  const perSecond = useSession((state) => state.pixelsPerSecond)
  const isEmpty = useDerived(({ layout }) => layout.totalFrames === 0, true)
  const zoom = (value: number): void => studio.session.zoomTo(Math.exp(value))
  return (
    <div className="timeline-tools" role="toolbar" aria-label={t.timeline.label}>
      <Tool id="split" disabled={isEmpty} label={t.timeline.split}><Scissors size={15} /></Tool>
      <Tool id="rangeTool" disabled={isEmpty} label={t.operations.rangeTool} isPressed={isRangeTool}><Brackets size={15} /></Tool>
      <span className="tool-gap" />
      <Tool id="addTitle" disabled={isEmpty} label={t.timeline.addTitle}><Type size={14} /></Tool>
      <Tool id="addCaption" disabled={isEmpty} label={t.timeline.addCaption}><Captions size={15} /></Tool>
      <Tool id="addMusic" disabled={isEmpty} label={t.timeline.addMusic}><Music size={14} /></Tool>
      <span className="grow" />
      <Tool id="toggleSnapping" label={t.timeline.snapping} isPressed={isSnapping}><Magnet size={14} /></Tool>
      <span className="tool-gap" />
      <Tool id="zoomOut" label={t.timeline.zoomOut}><ZoomOut size={15} /></Tool>
      <div className="zoom-slider">
        <Slider label={t.timeline.zoom} value={Math.log(perSecond)} min={Math.log(PIXELS_PER_SECOND.min)} max={Math.log(PIXELS_PER_SECOND.max)} step={0.01} onChange={zoom} onCommit={zoom} valueText={`${Math.round(perSecond)} px/s`} />
      </div>
      <Tool id="zoomIn" label={t.timeline.zoomIn}><ZoomIn size={15} /></Tool>
      <Tool id="zoomFit" label={t.timeline.zoomFit}><Maximize2 size={13} /></Tool>
    </div>
  )
}

function Tool({ id, label, isPressed, disabled = false, children }: { readonly id: ActionId; readonly label: string; readonly isPressed?: boolean; readonly disabled?: boolean; readonly children: ReactNode }) {
  const studio = useStudio()
  return <IconButton label={label} shortcut={shortcutOf(id)} side="top" disabled={disabled} {...(isPressed === undefined ? {} : { isPressed })} onClick={() => actionById(id).run(studio)}>{children}</IconButton>
}
