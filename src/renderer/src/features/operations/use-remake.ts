/** What the panels need to know of the take that is remade: its shot and pack, its words, its seed, its expected time. */
import { clipCountOf, estimateSeconds } from '#core/planning/estimate.ts'
import { shotState } from '#core/planning/shot-state.ts'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { FrameRate, Shot, Take } from '#core/document/schema.ts'
import { packOfTake } from '../../stores/abilities.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useOpen, usePacks } from '../../stores/hooks.ts'

export interface Remake {
  readonly shot: Shot | null
  readonly take: Take | null
  readonly takeNumber: number
  readonly pack: PackSummary | null
  readonly rate: FrameRate
  /** The shot's words are not those that the take was made from. */
  readonly hasOtherWords: boolean
}

export function useRemake(shotId: string, takeId: string): Remake {
  const packs = usePacks()
  const [shot, take, takeNumber, rate, hasOtherWords] = useOpen(({ document }) => [
    document.shots[shotId] ?? null, document.takes[takeId] ?? null, deriveFrom(document).takeNumber(shotId, takeId), document.project.frameRate,
    document.shots[shotId] !== undefined && shotState(document, shotId, packs).reasons.some(({ kind }) => kind === 'prompt-changed'),
  ] as const, [null, null, 0, { num: 24, den: 1 }, false] as const)
  return { shot, take, takeNumber, rate, hasOtherWords, pack: take ? packOfTake(take, packs) : null }
}

/** Seconds that so many takes of so many frames should need; null before the pack was measured here. */
export function expectedSeconds(shot: Shot | null, pack: PackSummary | null, frameCount: number, count: number): number | null {
  const one = shot && pack ? estimateSeconds(shot, pack, clipCountOf(frameCount, pack)) : null
  return one === null ? null : one * count
}

/** The prompt to send: null stands for the words that the take was made from. */
export function promptToSend(text: string, { shot, hasOtherWords }: Remake): string | null {
  return shot && text === shot.prompt && !hasOtherWords ? null : text
}
