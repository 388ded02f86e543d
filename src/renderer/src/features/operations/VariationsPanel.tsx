/** Several takes of a shot at once, each with its own seed. */
import { useState } from 'react'
import { packFramesFor } from '#core/planning/coverage.ts'
import { packOfShot, whyNotVariations } from '../../stores/abilities.ts'
import { useOpen, usePacks, useShot } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { CountField } from './fields.tsx'
import { OperationForm } from './OperationForm.tsx'
import { expectedSeconds } from './use-remake.ts'

const COUNTS = [2, 3, 4, 6, 8] as const

export function VariationsPanel({ shotId }: { readonly shotId: string }) {
  const studio = useStudio()
  const packs = usePacks()
  const shot = useShot(shotId)
  const [count, setCount] = useState<(typeof COUNTS)[number]>(4)
  const pack = useOpen(({ document }) => (document.shots[shotId] ? packOfShot(document, document.shots[shotId], packs) : null), null)
  const rate = useOpen(({ document }) => document.project.frameRate, { num: 24, den: 1 })
  const blocked = useOpen(({ document }) => whyNotVariations(document, shotId, packs), null)
  if (!shot) return null
  return (
    <OperationForm heading={t.operations.variationsHeading} keeps={t.operations.variationsText} seconds={expectedSeconds(shot, pack, pack ? packFramesFor(shot.durationFrames, rate, pack) : 1, count)} startWords={t.operations.variationsStart(count)} blocked={blocked} onStart={() => studio.generate([shotId], true, count)}>
      <CountField value={count} counts={COUNTS} onChange={setCount} />
    </OperationForm>
  )
}
