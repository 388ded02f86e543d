/** One shot on the storyline: film strip, number, camera, state; edges trim, the body moves. */
import { memo, useRef, type KeyboardEvent, type PointerEvent } from 'react'
import type { Shot } from '#core/document/schema.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { derivedOf, moveShotsTo, seekToShot, trimCommand, trimmed } from '../../stores/edits.ts'
import { useOpen, useSession, useShot } from '../../stores/hooks.ts'
import { useShotPresence, type ShotPresence } from '../../stores/shot-presence.ts'
import { useStudio } from '../../stores/studio.ts'
import { CameraGlyph } from '../../ui/CameraGlyph.tsx'
import { LockBadge, StateBadge, staleWords } from '../../ui/StateBadge.tsx'
import { t } from '../../ui/strings/strings.ts'
import { startDrag } from './drag.ts'
import { startRangeDrag } from './range-drag.ts'
import { ClipStrip } from './ClipStrip.tsx'
import { formatTimecode } from '#core/timeline/time.ts'
import { stageWords } from '../../ui/stage-words.ts'
import { arrowStep } from './arrow-step.ts'

interface ClipProps {
  readonly shotId: string
  readonly number: number
  readonly startFrame: number
  readonly durationFrames: number
  /** Frames at its head that the transition before it covers. */
  readonly overlapBeforeFrames: number
  readonly overlapAfterFrames: number
  readonly perFrame: number
  readonly onDropTarget: (frame: number | null) => void
}

/** Below these widths the words and then the glyph are left out. */
const WORDS_FROM_PIXELS = 64
const GLYPH_FROM_PIXELS = 28

export const ShotClip = memo(function ShotClip({ shotId, number, startFrame, durationFrames, overlapBeforeFrames, overlapAfterFrames, perFrame, onDropTarget }: ClipProps) {
  const studio = useStudio()
  const shot = useShot(shotId)
  const presence = useShotPresence(shotId)
  const isSelected = useSession((state) => state.selectedShotIds.includes(shotId))
  const clip = useRef<HTMLDivElement>(null)
  if (!shot) return null
  const width = Math.max(3, durationFrames * perFrame)

  function press(event: PointerEvent<HTMLDivElement>): void {
    if (event.shiftKey || studio.operations.state.getState().isRangeTool) return startRangeDrag(studio, event, { shotId, startFrame, durationFrames, perFrame, onClick: () => select(event) })
    let target: number | null = null
    startDrag(studio, event, {
      fromFrame: startFrame,
      perFrame,
      command: () => null,
      onMove: (delta) => {
        const element = clip.current
        if (!element) return
        if (delta === null) {
          element.style.translate = ''
          element.classList.remove('clip-moving')
          onDropTarget(null)
          if (target !== null) moveShotsTo(studio, shotId, target)
          return
        }
        element.style.translate = `${delta * perFrame}px 0`
        element.classList.add('clip-moving')
        const place = dropPlace(studio.document.state.getState().open?.document ?? null, shotId, startFrame + delta + durationFrames / 2)
        target = place?.index ?? null
        onDropTarget(place?.frame ?? null)
      },
      onClick: () => select(event),
    })
  }

  function select(event: PointerEvent<HTMLDivElement>): void {
    if (event.shiftKey) studio.session.selectRangeTo(shotId, derivedOf(studio)?.shotIds ?? [])
    else if (event.ctrlKey || event.metaKey) studio.session.toggleShot(shotId)
    else studio.session.selectShots([shotId])
  }

  return (
    <div ref={clip} className={`clip clip-shot clip-${presence.kind} ${isSelected ? 'clip-selected' : ''}`} style={{ transform: `translateX(${startFrame * perFrame}px)`, width }}
      role="button" tabIndex={-1} aria-pressed={isSelected} aria-label={`${t.shot.numbered(number)}: ${shot.prompt.slice(0, 80)}`} data-clip={shotId}
      onPointerDown={press} onDoubleClick={() => seekToShot(studio, shotId)}>
      <ClipStrip shotId={shotId} width={width} posterUrl={presence.pictureUrl} />
      {width >= GLYPH_FROM_PIXELS && (
        <div className="clip-words" style={{ paddingLeft: overlapBeforeFrames * perFrame + 6, paddingRight: overlapAfterFrames * perFrame + 6 }}>
          <span className="clip-number">{number}</span>
          {width >= WORDS_FROM_PIXELS && <CameraGlyph move={shot.camera} size={13} />}
          {shot.isLocked && <LockBadge />}
          {width >= WORDS_FROM_PIXELS && <ClipState presence={presence} />}
        </div>
      )}
      {!shot.isLocked && (
        <>
          {shot.selectedTakeId !== null && <TrimHandle edge="start" shot={shot} number={number} startFrame={startFrame} perFrame={perFrame} />}
          <TrimHandle edge="end" shot={shot} number={number} startFrame={startFrame} perFrame={perFrame} />
        </>
      )}
    </div>
  )
})

function ClipState({ presence }: { readonly presence: ShotPresence }) {
  const { kind, job, reasons } = presence
  switch (kind) {
    case 'stale': return <StateBadge isTitled kind="stale" detail={staleWords(reasons)} />
    case 'drafting': return <StateBadge isTitled kind="drafting" detail={job ? stageWords(job) : null} />
    case 'failed': case 'queued': case 'empty': return <StateBadge isTitled kind={kind} />
    default: return null
  }
}

/** An edge of a shot: drag it, or focus it and use the arrow keys. */
function TrimHandle({ edge, shot, number, startFrame, perFrame }: { readonly edge: 'start' | 'end'; readonly shot: Shot; readonly number: number; readonly startFrame: number; readonly perFrame: number }) {
  const studio = useStudio()
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })

  function press(event: PointerEvent<HTMLSpanElement>): void {
    studio.session.selectShots([shot.id])
    startDrag(studio, event, {
      fromFrame: edge === 'start' ? startFrame : startFrame + shot.durationFrames,
      perFrame,
      command: (delta) => trimCommand(shot, edge, delta),
      words: (delta) => t.timeline.trimmed(`${delta > 0 ? '+' : ''}${delta}`, formatTimecode(trimmed(shot, edge, delta).durationFrames, rate)),
    })
  }

  function step(event: KeyboardEvent): void {
    const delta = arrowStep(event)
    if (delta === null) return
    void studio.document.dispatchFrom((document) => {
      const current = document.shots[shot.id]
      return current ? trimCommand(current, edge, delta) : null
    }, `trim:${shot.id}:${edge}`)
  }

  const label = (edge === 'start' ? t.timeline.trimStart : t.timeline.trimEnd)(t.shot.numbered(number))
  return (
    <span className={`trim trim-${edge}`} role="slider" tabIndex={0} aria-label={label} aria-valuenow={shot.durationFrames} aria-valuemin={1} aria-valuetext={formatTimecode(shot.durationFrames, rate)} onPointerDown={press} onKeyDown={step} />
  )
}

/** The place in the order, and its frame, for a shot whose middle is at a frame. */
function dropPlace(document: Parameters<typeof deriveFrom>[0] | null, shotId: string, middleFrame: number): { readonly index: number; readonly frame: number } | null {
  if (!document) return null
  const spans = deriveFrom(document).layout.shots
  const from = spans.findIndex((span) => span.shotId === shotId)
  const over = spans.findIndex((span) => middleFrame < span.endFrame)
  const index = over < 0 ? spans.length - 1 : over
  const span = spans[index]
  if (from < 0 || !span || index === from) return null
  return { index, frame: index > from ? span.endFrame : span.startFrame }
}
