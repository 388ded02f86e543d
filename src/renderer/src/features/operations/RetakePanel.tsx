/** Retake of a range: other words or another seed for it, everything around it stays. */
import { useState } from 'react'
import { framesToSeconds } from '#core/timeline/time.ts'
import { latentFramesIn, latentStepOf, type FrameRange } from '#core/timeline/take-range.ts'
import { whyNotRetake } from '../../stores/abilities.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'
import { useStudio } from '../../stores/studio.ts'
import { t } from '../../ui/strings/strings.ts'
import { CountField, PromptBlock, SeedField, type SeedChoice } from './fields.tsx'
import { OperationForm } from './OperationForm.tsx'
import { expectedSeconds, promptToSend, useRemake } from './use-remake.ts'

const COUNTS = [1, 2, 3, 4] as const

export function RetakePanel({ shotId, takeId, range }: { readonly shotId: string; readonly takeId: string; readonly range: FrameRange }) {
  const studio = useStudio()
  const packs = usePacks()
  const remake = useRemake(shotId, takeId)
  const { shot, take, takeNumber, pack } = remake
  const [typed, setTyped] = useState<string | null>(null)
  const [seed, setSeed] = useState<SeedChoice>('new')
  const [count, setCount] = useState<(typeof COUNTS)[number]>(1)
  const blocked = useOpen(({ document }) => whyNotRetake(document, shotId, packs), null)
  if (!shot || !take) return null
  const text = typed ?? shot.prompt
  const step = latentStepOf(take)
  const seconds = (frame: number): number => framesToSeconds(frame, take.frameRate)
  const [from, to, end] = [seconds(range.startFrame), seconds(range.endFrame), seconds(take.frameCount)]

  const start = (): Promise<boolean> => studio.operate({
    kind: 'retake', takeId, shotId, range, prompt: promptToSend(text, remake), seed: seed === 'same' ? (take.recipe?.seed ?? null) : null, variations: count,
  })
  const facts = `${t.operations.rangeFrames(range.endFrame - range.startFrame)} · ${step === null ? '' : t.operations.rangeSnapped(latentFramesIn(range, step), step)}`
  return (
    <OperationForm heading={t.operations.retakeHeading(from, to)} facts={facts} keeps={keepsWords(from, to, end, takeNumber)} seconds={expectedSeconds(shot, pack, Math.min(take.frameCount, pack?.maxFrames ?? take.frameCount), count)} startWords={t.operations.retakeStart(count)} blocked={blocked} onStart={start}>
      <PromptBlock label={t.operations.prompt} value={text} onChange={setTyped} />
      <SeedField value={seed} onChange={setSeed} seed={take.recipe?.seed ?? null} />
      <CountField value={count} counts={COUNTS} onChange={setCount} />
    </OperationForm>
  )
}

function keepsWords(from: number, to: number, end: number, number: number): string {
  if (from === 0) return to >= end ? t.operations.keepsNothing : t.operations.keepsAfter(to, end, number)
  return to >= end ? t.operations.keepsBefore(from, number) : t.operations.keepsAround(from, to, end, number)
}
