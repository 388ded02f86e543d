/** Lines over the picture: thirds, or what the chosen platform leaves free of its own buttons. */
import { guideLines } from '#core/composition/guides.ts'
import { presetSafeArea } from '#core/composition/safe-area.ts'
import { chosenPreset, framingOf } from '../../stores/delivery.ts'
import { useOpen, useSession } from '../../stores/hooks.ts'

export function GuidesOverlay() {
  const projectSize = useOpen(({ document }) => document.project.frameSize, { width: 1920, height: 1080 })
  const guides = useSession((state) => state.guides)
  const frameSize = useSession((state) => framingOf(state, projectSize).frameSize)
  const presetId = useSession((state) => state.presetId)
  if (guides === 'none') return null
  if (guides === 'thirds') {
    return (
      <svg className="guides" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        {guideLines('thirds', frameSize).map(({ x1, y1, x2, y2 }) => <line key={`${x1} ${y1} ${x2} ${y2}`} x1={x1} y1={y1} x2={x2} y2={y2} vectorEffect="non-scaling-stroke" />)}
      </svg>
    )
  }
  const preset = chosenPreset(presetId, projectSize)
  if (!preset) return null
  const { rect, label } = presetSafeArea(preset, frameSize)
  return (
    <div className="safe-area" style={{ left: `${rect.x * 100}%`, top: `${rect.y * 100}%`, width: `${rect.width * 100}%`, height: `${rect.height * 100}%` }}>
      <span>{label}</span>
    </div>
  )
}
