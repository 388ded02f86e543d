/** Transport: jump, step, play, timecode, guides, sound, full screen. */
import { Brackets, ChevronFirst, ChevronLast, Grid3x3, Maximize, Pause, Play, SquareDashed, SquareSplitHorizontal, StepBack, StepForward, Square, Volume2, VolumeX } from 'lucide-react'
import { otherTakeOf } from '../../stores/compare.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useDerived, useOpen, useOperations, useSession, useShotUnderPlayhead } from '../../stores/hooks.ts'
import { actionById, shortcutOf, type ActionId } from '../../stores/actions.ts'
import { useStudio } from '../../stores/studio.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { t } from '../../ui/strings/strings.ts'
import type { ReactNode } from 'react'
import { Timecode } from './Timecode.tsx'
import { formatTimecode } from '#core/timeline/time.ts'
import type { Guides } from '../../stores/session-store.ts'

const GUIDES_WORDS: Readonly<Record<Guides, string>> = Object.freeze({ none: t.viewer.guidesNone, thirds: t.viewer.guidesThirds, safe: t.viewer.guidesSafe })
const GUIDES_ICONS: Readonly<Record<Guides, ReactNode>> = Object.freeze({ none: <Square size={15} />, thirds: <Grid3x3 size={15} />, safe: <SquareDashed size={15} /> })

export function Transport() {
  const isPlaying = useSession((state) => state.isPlaying)
  const playRate = useSession((state) => state.playRate)
  const guides = useSession((state) => state.guides)
  const isRangeTool = useOperations((state) => state.isRangeTool)
  const isMuted = useSession((state) => state.isMuted)
  const hasFrames = useDerived((derived) => derived.layout.totalFrames > 0, false)
  const total = useDerived(({ layout }, { project }) => formatTimecode(layout.totalFrames, project.frameRate), '')
  const ratio = useOpen(({ document: { project } }) => ratioWords(project.frameSize.width, project.frameSize.height), '')
  return (
    <div className="transport" role="toolbar" aria-label={t.viewer.label}>
      <div className="transport-side">
        <Timecode />
        <span className="mono transport-total">{total}</span>
      </div>
      <div className="transport-middle">
        <ActionButton id="goToStart" label={t.viewer.start} disabled={!hasFrames} className="transport-jump"><ChevronFirst size={16} /></ActionButton>
        <ActionButton id="previousFrame" label={t.viewer.previousFrame} disabled={!hasFrames}><StepBack size={15} /></ActionButton>
        <ActionButton id="togglePlay" label={isPlaying ? t.viewer.pause : t.viewer.play} disabled={!hasFrames} className="play-button">
          {isPlaying ? <Pause size={17} fill="currentColor" strokeWidth={0} /> : <Play size={17} fill="currentColor" strokeWidth={0} />}
        </ActionButton>
        <ActionButton id="nextFrame" label={t.viewer.nextFrame} disabled={!hasFrames}><StepForward size={15} /></ActionButton>
        <ActionButton id="goToEnd" label={t.viewer.end} disabled={!hasFrames} className="transport-jump"><ChevronLast size={16} /></ActionButton>
      </div>
      <div className="transport-side transport-end">
        {isPlaying && playRate !== 1 && <span className="hint">{t.viewer.speed(playRate)}</span>}
        <span className="hint transport-ratio">{ratio}</span>
        <CompareButton />
        <ActionButton id="rangeTool" label={t.operations.rangeTool} disabled={!hasFrames} isPressed={isRangeTool}><Brackets size={15} /></ActionButton>
        <ActionButton id="toggleGuides" label={`${t.viewer.guides}: ${GUIDES_WORDS[guides].toLowerCase()}`} isPressed={guides !== 'none'}>{GUIDES_ICONS[guides]}</ActionButton>
        <ActionButton id="mute" label={isMuted ? t.viewer.unmute : t.viewer.mute}>{isMuted ? <VolumeX size={16} /> : <Volume2 size={16} />}</ActionButton>
        <ActionButton id="fullScreen" label={t.viewer.fullScreen}><Maximize size={14} /></ActionButton>
      </div>
    </div>
  )
}

/** Shows the other take while it is pressed in; the key does so for as long as it is held. */
function CompareButton() {
  const studio = useStudio()
  const shotId = useShotUnderPlayhead()
  const isComparing = useOperations((state) => state.isComparing)
  const compareWith = useOperations((state) => state.compareWith)
  const number = useOpen(({ document }) => {
    const other = shotId === null ? null : otherTakeOf(document, shotId, { compareWith })
    return shotId === null || !other ? 0 : deriveFrom(document).takeNumber(shotId, other.id)
  }, 0)
  return (
    <IconButton label={number === 0 ? t.takes.compareNone : t.takes.compareHold(number)} shortcut={shortcutOf('compareTakes')} side="top" disabled={number === 0 && !isComparing} isPressed={isComparing} className="transport-compare"
      onClick={() => studio.operations.setComparing(!isComparing)}>
      <SquareSplitHorizontal size={15} />
    </IconButton>
  )
}

function ActionButton({ id, label, children, disabled = false, isPressed, className = '' }: {
  readonly id: ActionId
  readonly label: string
  readonly children: ReactNode
  readonly disabled?: boolean
  readonly isPressed?: boolean
  readonly className?: string
}) {
  const studio = useStudio()
  return <IconButton label={label} shortcut={shortcutOf(id)} side="top" disabled={disabled} className={className} {...(isPressed === undefined ? {} : { isPressed })} onClick={() => actionById(id).run(studio)}>{children}</IconButton>
}

/** "9:16" where the numbers are small, "1.85" otherwise. */
function ratioWords(width: number, height: number): string {
  const divisor = greatestDivisor(width, height)
  const [across, down] = [width / divisor, height / divisor]
  return across <= 32 && down <= 32 ? `${across}:${down}` : (width / height).toFixed(2)
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other)
}
