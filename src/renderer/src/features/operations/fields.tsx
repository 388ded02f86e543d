/** The fields that operations share: words, seed, how many, how long. */
import { Dices, Equal } from 'lucide-react'
import { LIMITS } from '#core/document/schema.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { t } from '../../ui/strings/strings.ts'

export function PromptBlock({ label, value, onChange, placeholder }: { readonly label: string; readonly value: string; readonly onChange: (text: string) => void; readonly placeholder?: string }) {
  return <textarea className="text-area operation-prompt" rows={2} aria-label={label} aria-description={t.operations.shortcutHint} value={value} maxLength={LIMITS.promptCharacters} placeholder={placeholder ?? label} onChange={(event) => onChange(event.target.value)} />
}

export type SeedChoice = 'new' | 'same'

/** `seed`: the one that the take was made from; null leaves only a new one. */
export function SeedField({ value, onChange, seed }: { readonly value: SeedChoice; readonly onChange: (choice: SeedChoice) => void; readonly seed: number | null }) {
  if (seed === null) return null
  const segments = [
    { value: 'new', label: t.operations.seedNew, content: <><Dices size={13} aria-hidden />{t.operations.seedNew}</> },
    { value: 'same', label: t.operations.seedHint(seed), content: <><Equal size={13} aria-hidden />{t.operations.seedSame}</> },
  ] as const
  return (
    <div className="operation-row">
      <span className="field-label">{t.operations.seed}</span>
      <Segmented<SeedChoice> label={t.operations.seed} value={value} segments={segments} onChange={onChange} />
    </div>
  )
}

export function CountField<Count extends number>({ value, counts, onChange }: { readonly value: Count; readonly counts: readonly Count[]; readonly onChange: (count: Count) => void }) {
  return (
    <div className="operation-row">
      <span className="field-label">{t.operations.count}</span>
      <Segmented label={t.operations.count} value={String(value)} segments={counts.map((count) => ({ value: String(count), label: t.operations.countOf(count), content: String(count) }))} onChange={(next) => onChange(Number(next) as Count)} />
    </div>
  )
}
