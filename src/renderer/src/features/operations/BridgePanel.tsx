/** A new shot between two neighbours, from the last frame of one to the first frame of the other. */
import { useState } from 'react'
import { framesToSeconds, secondsToFrames } from '#core/timeline/time.ts'
import { packOfShot, whyNotBridge } from '../../stores/abilities.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useOpen, usePacks, useShot } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { NumberField } from '../../ui/NumberField.tsx'
import { t } from '../../ui/strings/strings.ts'
import { CountField, PromptBlock } from './fields.tsx'
import { OperationForm } from './OperationForm.tsx'
import { expectedSeconds } from './use-remake.ts'

const COUNTS = [1, 2, 3, 4] as const
const FIRST_SECONDS = 2
const MOST_SECONDS = 60

export function BridgePanel({ shotId, toShotId }: { readonly shotId: string; readonly toShotId: string }) {
  const studio = useStudio()
  const packs = usePacks()
  const shot = useShot(shotId)
  const nextPrompt = useOpen(({ document }) => document.shots[toShotId]?.prompt ?? '', '')
  const [number, nextNumber] = useOpen(({ document }) => [deriveFrom(document).numberOf(shotId), deriveFrom(document).numberOf(toShotId)] as const, [0, 0] as const)
  const pack = useOpen(({ document }) => (document.shots[shotId] ? packOfShot(document, document.shots[shotId], packs) : null), null)
  const blocked = useOpen(({ document }) => whyNotBridge(document, shotId, packs), null)
  const [typed, setTyped] = useState<string | null>(null)
  const [wishedSeconds, setWishedSeconds] = useState(FIRST_SECONDS)
  const [count, setCount] = useState<(typeof COUNTS)[number]>(1)
  if (!shot) return null
  const text = typed ?? nextPrompt
  const rate = pack?.frameRate ?? { num: 24, den: 1 }
  const step = pack?.frameStep ?? 1
  // Its first and last picture are those of its neighbours: so many are new between them.
  const frames = Math.max(2, Math.ceil((secondsToFrames(wishedSeconds, rate) + 1) / step)) * step - 1
  const seconds = (wanted: number): number => Number(framesToSeconds(wanted, rate).toFixed(2))

  const start = (): Promise<boolean> => studio.operate({ kind: 'bridge', fromShotId: shotId, toShotId, frames, prompt: text, seed: null, variations: count })
  return (
    <OperationForm heading={t.operations.bridgeHeading(number, nextNumber)} facts={t.operations.bridgeText} keeps={t.operations.bridgeKeeps} seconds={expectedSeconds(shot, pack, frames + 2, count)} startWords={t.operations.bridgeStart} blocked={blocked} onStart={start}>
      <PromptBlock label={t.operations.prompt} value={text} placeholder={t.operations.bridgePrompt} onChange={setTyped} />
      <div className="operation-row">
        <span className="field-label">{t.operations.bridgeLength}</span>
        <NumberField className="operation-number" label={t.operations.bridgeLength} value={seconds(frames)} unit="s" min={seconds(2 * step - 1)} max={MOST_SECONDS} step={seconds(step)} digits={2} onCommit={setWishedSeconds} />
      </div>
      <CountField value={count} counts={COUNTS} onChange={setCount} />
    </OperationForm>
  )
}
