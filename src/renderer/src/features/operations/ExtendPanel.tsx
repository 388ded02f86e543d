/** More of a take, before its start or past its end. */
import { useState } from 'react'
import { framesToSeconds, secondsToFrames } from '#core/timeline/time.ts'
import { latentStepOf } from '#core/timeline/take-range.ts'
import { whyNotExtend } from '../../stores/abilities.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { NumberField } from '../../ui/NumberField.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { t } from '../../ui/strings/strings.ts'
import { CountField, PromptBlock, SeedField, type SeedChoice } from './fields.tsx'
import { OperationForm } from './OperationForm.tsx'
import { expectedSeconds, promptToSend, useRemake } from './use-remake.ts'

const COUNTS = [1, 2, 3, 4] as const
/** What is offered at first; the field takes more. */
const FIRST_SECONDS = 1
const MOST_SECONDS = 60

export function ExtendPanel({ shotId, takeId, side }: { readonly shotId: string; readonly takeId: string; readonly side: 'before' | 'after' }) {
  const studio = useStudio()
  const packs = usePacks()
  const remake = useRemake(shotId, takeId)
  const { shot, take, takeNumber, pack } = remake
  const [wishedSeconds, setWishedSeconds] = useState(FIRST_SECONDS)
  const [typed, setTyped] = useState<string | null>(null)
  const [seed, setSeed] = useState<SeedChoice>('new')
  const [count, setCount] = useState<(typeof COUNTS)[number]>(1)
  const blocked = useOpen(({ document }) => whyNotExtend(document, shotId, packs), null)
  if (!shot || !take) return null
  const text = typed ?? shot.prompt
  const step = latentStepOf(take) ?? pack?.frameStep ?? 1
  const frames = Math.max(1, Math.ceil(secondsToFrames(wishedSeconds, take.frameRate) / step)) * step
  const seconds = (count_: number): number => Number(framesToSeconds(count_, take.frameRate).toFixed(2))

  const start = (): Promise<boolean> => studio.operate({
    kind: 'extend', takeId, shotId, side, frames, prompt: promptToSend(text, remake), seed: seed === 'same' ? (take.recipe?.seed ?? null) : null, variations: count,
  })
  return (
    <OperationForm heading={t.operations.extendHeading[side]} facts={`${t.operations.extendFrames(frames)} · ${t.operations.rangeSnapped(frames / step, step)}`} keeps={t.operations.extendKeeps(takeNumber, seconds(take.frameCount))}
      seconds={expectedSeconds(shot, pack, frames + 1, count)} startWords={t.operations.extendStart} blocked={blocked} onStart={start}>
      <PromptBlock label={t.operations.prompt} value={text} onChange={setTyped} />
      <div className="operation-row">
        <span className="field-label">{t.operations.extendBy}</span>
        <span className="operation-pair">
          <Segmented label={t.operations.side} value={side} segments={SIDES} onChange={(next) => studio.operations.prepare({ kind: 'extend', shotId, takeId, side: next })} />
          <NumberField className="operation-number" label={t.operations.extendBy} value={seconds(frames)} unit="s" min={seconds(step)} max={MOST_SECONDS} step={seconds(step)} digits={2} onCommit={setWishedSeconds} />
        </span>
      </div>
      <SeedField value={seed} onChange={setSeed} seed={take.recipe?.seed ?? null} />
      <CountField value={count} counts={COUNTS} onChange={setCount} />
    </OperationForm>
  )
}

const SIDES = [{ value: 'before', label: t.operations.sides.before }, { value: 'after', label: t.operations.sides.after }] as const
