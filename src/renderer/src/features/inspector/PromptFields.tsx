/** The prompt, what the model will not understand of it, and what must not be seen. */
import { MessageSquareWarning } from 'lucide-react'
import { useMemo } from 'react'
import type { Shot } from '#core/document/schema.ts'
import { LIMITS } from '#core/document/schema.ts'
import { compilePrompt } from '#core/prompt/compile.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import { editShots } from '../../stores/edits.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { Section } from './Section.tsx'
import { TextField } from './TextField.tsx'
import { useMixed } from './use-mixed.ts'

export function PromptFields({ shot, targets }: { readonly shot: Shot; readonly targets: readonly string[] }) {
  const studio = useStudio()
  const pack = usePackOf(shot)
  const unknown = useUnknownWords(shot, pack)
  const isMixed = useMixed(targets, ({ prompt }) => prompt)
  const isNegativeMixed = useMixed(targets, ({ negativePrompt }) => negativePrompt)
  const takesNegative = pack?.abilities.negativePrompt ?? true
  return (
    <Section title={t.inspector.prompt}>
      <TextField label={t.inspector.prompt} value={isMixed ? '' : shot.prompt} rows={4} maxRows={14} maxLength={LIMITS.promptCharacters} placeholder={isMixed ? t.inspector.mixed : t.inspector.promptPlaceholder} disabled={shot.isLocked}
        onCommit={(prompt) => editShots(studio, targets, { prompt }, `prompt:${shot.id}`)} />
      {unknown.length > 0 && !isMixed && (
        <p className="unknown-words" role="note">
          <MessageSquareWarning size={13} aria-hidden />
          <span>{t.inspector.unknown(unknown)}</span>
        </p>
      )}
      {takesNegative && (
        <TextField label={t.inspector.negative} value={isNegativeMixed ? '' : shot.negativePrompt} rows={1} maxRows={5} maxLength={LIMITS.promptCharacters} placeholder={isNegativeMixed ? t.inspector.mixed : t.inspector.negativePlaceholder} disabled={shot.isLocked}
          onCommit={(negativePrompt) => editShots(studio, targets, { negativePrompt }, `negative:${shot.id}`)} />
      )}
    </Section>
  )
}

function usePackOf(shot: Shot): PackSummary | null {
  const packs = usePacks()
  const projectPackId = useOpen(({ document }) => document.project.packId, '')
  return packs.find((pack) => pack.packId === (shot.packId ?? projectPackId)) ?? null
}

const NO_WORDS: readonly string[] = []

function useUnknownWords(shot: Shot, pack: PackSummary | null): readonly string[] {
  const styleLine = useOpen(({ document }) => document.project.styleLine, '')
  return useMemo(() => {
    if (!pack) return NO_WORDS
    try {
      return compilePrompt({ shot, project: { styleLine }, pack }).unknownWords
    } catch {
      // A pack with a dialect that this build does not speak is reported where it is chosen.
      return NO_WORDS
    }
  }, [shot, styleLine, pack])
}
