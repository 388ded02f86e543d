/** The captions that travel with a shot. */
import { Plus, X } from 'lucide-react'
import type { Caption } from '#core/document/schema.ts'
import { useDerived, useShot } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { t } from '../../ui/strings/strings.ts'
import { Section } from './Section.tsx'
import { TextField } from './TextField.tsx'

const NO_CAPTIONS: readonly Caption[] = []

export function CaptionFields({ shotId }: { readonly shotId: string }) {
  const studio = useStudio()
  const shot = useShot(shotId)
  const captions = useDerived((derived) => derived.captionsOf(shotId), NO_CAPTIONS)
  const sequenceId = useDerived((derived) => derived.sequenceId, '')
  const add = (): void => void studio.document.dispatch('caption.add', { sequenceId, anchor: { shotId, offsetFrames: 0 }, durationFrames: shot?.durationFrames ?? 24, text: t.timeline.newCaption })
  return (
    <Section title={t.inspector.captions} aside={<IconButton label={t.inspector.addCaption} onClick={add} className="head-button"><Plus size={14} /></IconButton>}>
      {captions.map((caption) => (
        <div key={caption.id} className="caption-row">
          <TextField label={t.inspector.captionText} value={caption.text} rows={1} maxRows={4} onCommit={(text) => void studio.document.dispatch('caption.edit', { captionId: caption.id, changes: { text } }, `caption:${caption.id}`)} />
          <IconButton label={t.inspector.deleteClip} onClick={() => void studio.document.dispatch('caption.delete', { captionIds: [caption.id] })}><X size={14} /></IconButton>
        </div>
      ))}
    </Section>
  )
}
