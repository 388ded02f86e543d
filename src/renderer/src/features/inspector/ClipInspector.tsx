/** The fields of a title, a caption or a sound on the timeline. */
import { Trash2 } from 'lucide-react'
import { TITLE_POSITIONS, type Title } from '#core/document/schema.ts'
import { framesToSeconds, secondsToFrames } from '#core/timeline/time.ts'
import { deleteSelection } from '../../stores/edits.ts'
import { useOpen } from '../../stores/hooks.ts'
import type { SessionState } from '../../stores/session-store.ts'
import { useStudio } from '../../stores/studio.ts'
import { Button } from '../../ui/Button.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import { Select } from '../../ui/Select.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Row, Section } from './Section.tsx'
import { TextField } from './TextField.tsx'

const POSITION_CHOICES = TITLE_POSITIONS.map((position) => ({ value: position, label: t.inspector.positions[position] }))
const HEADINGS = Object.freeze({ title: t.timeline.newTitle, caption: t.timeline.newCaption, audio: t.timeline.music })

export function ClipInspector({ clip }: { readonly clip: NonNullable<SessionState['selectedClip']> }) {
  const studio = useStudio()
  const Fields = FIELDS[clip.kind]
  return (
    <div className="inspector-scroll">
      <Section title={HEADINGS[clip.kind]}>
        <Fields id={clip.id} />
        <Button className="delete-clip" tone="quiet" icon={<Trash2 size={13} />} onClick={() => deleteSelection(studio)}>{t.inspector.deleteClip}</Button>
      </Section>
    </div>
  )
}

const FIELDS = Object.freeze({ title: TitleFields, caption: CaptionTextFields, audio: AudioFields })

interface FieldsProps {
  readonly id: string
}

function TitleFields({ id }: FieldsProps) {
  const studio = useStudio()
  const title = useOpen(({ document }) => document.titles[id] ?? null, null)
  if (!title) return null
  const edit = (changes: object): void => void studio.document.dispatch('title.edit', { titleId: id, changes }, `title:${id}`)
  return (
    <>
      <TextField label={t.inspector.titleText} value={title.text} rows={2} maxRows={6} onCommit={(text) => edit({ text })} />
      <Row label={t.inspector.position}><Select<Title['position']> label={t.inspector.position} value={title.position} choices={POSITION_CHOICES} onChange={(position) => edit({ position })} /></Row>
      <Row label={t.inspector.textSize}><NumberField label={t.inspector.textSize} value={Number((title.size * 100).toFixed(1))} unit="%" min={2} max={30} step={0.5} digits={1} onCommit={(percent) => edit({ size: percent / 100 })} /></Row>
      <SecondsRow label={t.inspector.duration} frames={title.durationFrames} onCommit={(durationFrames) => edit({ durationFrames: Math.max(1, durationFrames) })} />
      <SecondsRow label={t.inspector.fade} frames={title.fadeFrames} onCommit={(fadeFrames) => edit({ fadeFrames })} />
    </>
  )
}

function CaptionTextFields({ id }: FieldsProps) {
  const studio = useStudio()
  const caption = useOpen(({ document }) => document.captions[id] ?? null, null)
  if (!caption) return null
  const edit = (changes: object): void => void studio.document.dispatch('caption.edit', { captionId: id, changes }, `caption:${id}`)
  return (
    <>
      <TextField label={t.inspector.captionText} value={caption.text} rows={2} maxRows={6} onCommit={(text) => edit({ text })} />
      <SecondsRow label={t.inspector.duration} frames={caption.durationFrames} onCommit={(durationFrames) => edit({ durationFrames: Math.max(1, durationFrames) })} />
    </>
  )
}

function AudioFields({ id }: FieldsProps) {
  const studio = useStudio()
  const audio = useOpen(({ document }) => document.audioClips[id] ?? null, null)
  if (!audio) return null
  const edit = (changes: object): void => void studio.document.dispatch('audio.edit', { audioClipId: id, changes }, `audio:${id}`)
  return (
    <>
      <Row label={t.inspector.volume}><NumberField label={t.inspector.volume} value={audio.gainDb} unit="dB" min={-60} max={12} step={1} digits={1} onCommit={(gainDb) => edit({ gainDb })} /></Row>
      <SecondsRow label={t.inspector.fadeIn} frames={audio.fadeInFrames} onCommit={(fadeInFrames) => edit({ fadeInFrames })} />
      <SecondsRow label={t.inspector.fadeOut} frames={audio.fadeOutFrames} onCommit={(fadeOutFrames) => edit({ fadeOutFrames })} />
      <Switch label={t.inspector.mute} isOn={audio.isMuted} onChange={(isMuted) => edit({ isMuted })} />
    </>
  )
}

function SecondsRow({ label, frames, onCommit }: { readonly label: string; readonly frames: number; readonly onCommit: (frames: number) => void }) {
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })
  return <Row label={label}><NumberField label={label} value={Number(framesToSeconds(frames, rate).toFixed(2))} unit="s" min={0} max={600} step={0.1} digits={2} onCommit={(seconds) => onCommit(secondsToFrames(seconds, rate))} /></Row>
}
