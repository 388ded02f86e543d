/** The tracks of titles, captions and sound: clips that are moved and resized alike. */
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import type { CommandEnvelope } from '#core/commands/command.ts'
import { assertNever } from '#core/errors.ts'
import type { Anchor } from '#core/document/schema.ts'
import { framesToSeconds } from '#core/timeline/time.ts'
import { shotAtFrame, spansIn } from '#core/timeline/lookup.ts'
import type { Span } from '#core/timeline/layout.ts'
import { deriveFrom, type Derived } from '../../stores/derive.ts'
import { CLIP_ID_FIELDS, derivedOf } from '../../stores/edits.ts'
import { shownDocument, useDocumentState, useSession } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { arrowStep } from './arrow-step.ts'
import { ClipWaveform } from './ClipWaveform.tsx'
import { startDrag } from './drag.ts'
import type { View } from './scale.ts'

type ClipKind = keyof typeof CLIP_ID_FIELDS

interface TrackProps {
  readonly perFrame: number
  readonly view: View
}

export function TitleTrack({ perFrame, view }: TrackProps) {
  return <Track perFrame={perFrame} className="track-text" clipsOf={(derived) => spansIn(derived.layout.titles, view.startFrame, view.endFrame).map((span) => ({ kind: 'title' as const, id: span.titleId, span, anchor: derived.document.titles[span.titleId]?.anchor, words: derived.document.titles[span.titleId]?.text ?? '' }))} />
}

export function CaptionTrack({ perFrame, view }: TrackProps) {
  return <Track perFrame={perFrame} className="track-text" clipsOf={(derived) => spansIn(derived.layout.captions, view.startFrame, view.endFrame).map((span) => ({ kind: 'caption' as const, id: span.captionId, span, anchor: derived.document.captions[span.captionId]?.anchor, words: derived.document.captions[span.captionId]?.text ?? '' }))} />
}

export function AudioTrack({ perFrame, view }: TrackProps) {
  return <Track perFrame={perFrame} className="track-audio" hideEmpty clipsOf={(derived) => spansIn(derived.layout.audio, view.startFrame, view.endFrame).map((span) => {
    const clip = derived.document.audioClips[span.audioClipId]
    return { kind: 'audio' as const, id: span.audioClipId, span, anchor: clip?.anchor, words: (clip && derived.document.media[clip.mediaId]?.displayName) || t.timeline.music, isMuted: clip?.isMuted ?? false }
  })} />
}

interface ClipRow {
  readonly kind: ClipKind
  readonly id: string
  readonly span: Span
  readonly anchor: Anchor | undefined
  readonly words: string
  readonly isMuted?: boolean
}

function Track({ perFrame, className, clipsOf, hideEmpty = false }: { readonly perFrame: number; readonly className: string; readonly clipsOf: (derived: Derived) => readonly ClipRow[]; readonly hideEmpty?: boolean }): ReactNode {
  const document = useDocumentState(shownDocument)
  if (!document) return null
  const clips = clipsOf(deriveFrom(document))
  if (hideEmpty && clips.length === 0) return null
  return <div className={`track ${className}`}>{clips.map((clip) => <Clip key={clip.id} clip={clip} perFrame={perFrame} />)}</div>
}

function Clip({ clip, perFrame }: { readonly clip: ClipRow; readonly perFrame: number }) {
  const studio = useStudio()
  const { kind, id, span } = clip
  const isSelected = useSession((state) => state.selectedClip?.id === id)
  const element = useRef<HTMLDivElement>(null)
  const durationFrames = span.endFrame - span.startFrame
  const idField = CLIP_ID_FIELDS[kind]

  function edit(changes: object): CommandEnvelope {
    return { type: `${kind}.edit`, payload: { [idField]: id, changes } }
  }

  const moved = (delta: number, from = span): CommandEnvelope => edit({ anchor: anchorAt(derivedOf(studio), clip.anchor, from.startFrame + delta) })
  const resized = (delta: number, from = span): CommandEnvelope => edit({ durationFrames: Math.max(1, from.endFrame - from.startFrame + delta) })

  function press(event: PointerEvent, fromFrame: number, command: (delta: number) => CommandEnvelope): void {
    studio.session.selectClip({ kind, id })
    startDrag(studio, event, { fromFrame, perFrame, command })
  }

  function step(event: KeyboardEvent): void {
    const delta = arrowStep(event)
    if (delta === null) return
    void studio.document.dispatchFrom((document) => {
      const now = spanOf(deriveFrom(document), kind, id)
      return now && (event.altKey ? resized(delta, now) : moved(delta, now))
    }, `${kind}:${id}`)
  }

  return (
    <div ref={element} className={`clip clip-${kind} ${isSelected ? 'clip-selected' : ''} ${clip.isMuted ? 'clip-muted' : ''}`} style={{ transform: `translateX(${span.startFrame * perFrame}px)`, width: Math.max(4, durationFrames * perFrame) }}
      role="button" tabIndex={0} aria-pressed={isSelected} aria-label={clip.words} title={`${clip.words} · ${t.common.seconds(secondsOf(studio, durationFrames))}`} data-clip={id}
      onPointerDown={(event) => press(event, span.startFrame, moved)} onKeyDown={step} onFocus={() => studio.session.selectClip({ kind, id })}>
      {kind === 'audio' && <ClipWaveform audioClipId={id} width={Math.max(4, durationFrames * perFrame)} />}
      <span className="truncate clip-label">{clip.words}</span>
      <span className="trim trim-end" onPointerDown={(event) => press(event, span.endFrame, resized)} />
    </div>
  )
}

function spanOf({ layout }: Derived, kind: ClipKind, id: string): Span | null {
  switch (kind) {
    case 'title': return layout.titles.find(({ titleId }) => titleId === id) ?? null
    case 'caption': return layout.captions.find(({ captionId }) => captionId === id) ?? null
    case 'audio': return layout.audio.find(({ audioClipId }) => audioClipId === id) ?? null
    default: return assertNever(kind)
  }
}

function secondsOf(studio: ReturnType<typeof useStudio>, frames: number): number {
  const rate = derivedOf(studio)?.document.project.frameRate
  return rate ? framesToSeconds(frames, rate) : 0
}

/** Clips that travel with a shot hang on the shot that they then start over; others keep counting from the sequence's start. */
function anchorAt(derived: Derived | null, anchor: Anchor | undefined, frame: number): { readonly shotId: string | null; readonly offsetFrames: number } {
  const at = Math.max(0, frame)
  const span = derived && anchor?.shotId ? shotAtFrame(derived.layout, at) : null
  return span ? { shotId: span.shotId, offsetFrames: at - span.startFrame } : { shotId: null, offsetFrames: at }
}
