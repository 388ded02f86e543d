/** The build plan: what would run, why, in which order and for how long; asked before anything runs. */
import type { ShotId } from '../document/ids.ts'
import { shotLabel } from '../document/records.ts'
import type { ProjectDocument, Shot } from '../document/schema.ts'
import { packFramesFor } from './coverage.ts'
import { clipCountOf, estimateSeconds, sumEstimates } from './estimate.ts'
import { describeTooLong, upstreamOf } from './inputs.ts'
import { findUsablePack, type PackFacts, type UsablePack } from './pack-facts.ts'
import { packIdOf, shotState, type ShotState, type StaleReason } from './shot-state.ts'

export interface BuildStep {
  readonly shotId: ShotId
  readonly reasons: readonly StaleReason[]
  /** Shots of this plan that must be finished first: it starts from their last frame. */
  readonly waitsFor: readonly ShotId[]
  readonly estimatedSeconds: number | null
  readonly frameCount: number
  /** More than one for shots that are longer than one clip of the pack: they are chained. */
  readonly clipCount: number
  readonly packId: string
}

export type SkipReason = 'locked' | 'up-to-date' | 'pack-missing' | 'too-long' | 'upstream-missing'

export interface SkippedShot {
  readonly shotId: ShotId
  readonly reason: SkipReason
  readonly message: string
  /** Empty where nothing needs doing. */
  readonly remedy: string
}

export interface BuildPlan {
  /** In an order in which every shot comes after those that it waits for; else in the order of the sequence. */
  readonly steps: readonly BuildStep[]
  readonly skipped: readonly SkippedShot[]
  /** null until every pack in it was measured on this machine. */
  readonly estimatedSeconds: number | null
}

export interface PlanOptions {
  /** Only these shots, made even where they are up to date; null or absent: every shot of the sequence that is not. */
  readonly shotIds?: readonly string[] | null
}

/** Plans the shots of a sequence; an unknown sequence gives an empty plan. Nothing is changed and nothing runs. */
export function planBuild(document: ProjectDocument, sequenceId: string, packs: readonly PackFacts[], options: PlanOptions = {}): BuildPlan {
  const wanted = options.shotIds ? new Set(options.shotIds) : null
  const shots = (document.sequences[sequenceId]?.shotIds ?? []).flatMap((id) => document.shots[id] ?? []).filter((shot) => !wanted || wanted.has(shot.id))
  const steps = new Map<ShotId, BuildStep>()
  const skipped: SkippedShot[] = []
  for (const shot of upstreamFirst(document, shots, packs)) {
    if (wanted && (shot.sequenceId !== sequenceId || !wanted.has(shot.id))) continue
    const outcome = planShot(document, shot, packs, steps, wanted !== null)
    if (!('reason' in outcome)) steps.set(outcome.shotId, outcome)
    else if (shot.sequenceId === sequenceId) skipped.push(outcome)
  }
  const ordered = [...steps.values()]
  return { steps: ordered, skipped, estimatedSeconds: sumEstimates(ordered.map((step) => step.estimatedSeconds)) }
}

function planShot(
  document: ProjectDocument, shot: Shot, packs: readonly PackFacts[], steps: ReadonlyMap<ShotId, BuildStep>, isForced: boolean,
): BuildStep | SkippedShot {
  const state = shotState(document, shot.id, packs)
  const skip = (reason: SkipReason, message: string, remedy: string): SkippedShot => ({ shotId: shot.id, reason, message, remedy })
  if (!isForced && isUpToDate(state)) return skip('up-to-date', `${shotLabel(document, shot)} is up to date.`, '')
  if (shot.isLocked) return skip('locked', `${shotLabel(document, shot)} is locked.`, 'Unlock it to have it made anew.')
  const packId = packIdOf(document, shot)
  const pack = findUsablePack(packs, packId)
  if (!pack) return skip('pack-missing', `${shotLabel(document, shot)} needs the pack ${packId}, which is not installed or cannot be read.`, 'Install the pack, or choose another one.')
  const tooLong = describeTooLong(document, shot, pack)
  if (tooLong) return skip('too-long', tooLong.message, tooLong.remedy)
  const upstream = upstreamOf(document, shot, pack)
  if (upstream && upstream.selectedTakeId === null && !steps.has(upstream.id)) {
    return skip('upstream-missing', `${shotLabel(document, shot)} continues from ${shotLabel(document, upstream)}, which has no take.`, `Generate ${shotLabel(document, upstream)} first, or let the shot start afresh.`)
  }
  return makeStep(document, shot, pack, state, upstream && steps.has(upstream.id) ? [upstream.id] : [])
}

/** Locked shots and shots that cannot be judged carry reasons, though they are shown as up to date. */
function isUpToDate(state: ShotState): boolean {
  return state.reasons.length === 0
}

function makeStep(document: ProjectDocument, shot: Shot, pack: UsablePack, state: ShotState, waitsFor: readonly ShotId[]): BuildStep {
  const frameCount = packFramesFor(shot.durationFrames, document.project.frameRate, pack)
  const clipCount = clipCountOf(frameCount, pack)
  return {
    shotId: shot.id,
    reasons: state.reasons,
    waitsFor,
    estimatedSeconds: estimateSeconds(shot, pack, clipCount),
    frameCount, clipCount,
    packId: pack.packId,
  }
}

/**
 * The shots in their order, each behind what it continues from, shots of other sequences included. Walked without
 * recursion, since chains may be as long as the film.
 */
function upstreamFirst(document: ProjectDocument, shots: readonly Shot[], packs: readonly PackFacts[]): Iterable<Shot> {
  const placed = new Set<Shot>()
  for (const start of shots) {
    const chain: Shot[] = []
    let shot: Shot | null = start
    while (shot && !placed.has(shot)) {
      chain.push(shot)
      const pack = findUsablePack(packs, packIdOf(document, shot))
      shot = pack ? upstreamOf(document, shot, pack) : null
    }
    for (const link of chain.toReversed()) placed.add(link)
  }
  return placed
}
