/** Whether a shot's picture is up to date, and if not, why: derived from the document and the packs, never stored. */
import { shotLabel } from '../document/records.ts'
import type { ProjectDocument, Shot, Take } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { isCovered } from './coverage.ts'
import { describeTooLong, inputsFor, takesPicturesOf, upstreamOf } from './inputs.ts'
import { findUsablePack, type PackFacts, type UsablePack } from './pack-facts.ts'
import { signatureOf } from './signature.ts'
import { reasonsForDifference, type StaleReason } from './stale-reasons.ts'

export type { StaleReason, StaleReasonKind } from './stale-reasons.ts'

export interface ShotState {
  /** `draft` and `final` are up to date; `stale` has a take that still plays; `empty` has none. */
  readonly kind: 'empty' | 'stale' | 'draft' | 'final'
  /**
   * Why it is empty or stale. An up-to-date state may carry reasons too: a locked shot what a build would take for stale,
   * a shot without its pack that it could not be judged.
   */
  readonly reasons: readonly StaleReason[]
}

/** Documents and lists of packs are immutable, so each shot is judged once for a pair of them. */
const judged = new WeakMap<ProjectDocument, WeakMap<readonly PackFacts[], Map<string, ShotState>>>()

/** The state of a shot; throws NOT_FOUND for an unknown one. */
export function shotState(document: ProjectDocument, shotId: string, packs: readonly PackFacts[]): ShotState {
  const states = statesFor(document, packs)
  // Upstream first, and without recursion: a chain of continued shots may be as long as the film.
  for (const shot of chainOf(document, shotId, packs, states).toReversed()) states.set(shot.id, judge(document, shot, packs, states))
  const state = states.get(shotId)
  if (!state) throw new StudioError({ code: 'NOT_FOUND', message: `The shot ${shotId} is not in the project.`, remedy: 'It may have been deleted; undo brings it back.' })
  return state
}

/** The id of the pack that a shot is made with. */
export function packIdOf(document: ProjectDocument, shot: Shot): string {
  return shot.packId ?? document.project.packId
}

function statesFor(document: ProjectDocument, packs: readonly PackFacts[]): Map<string, ShotState> {
  const byPacks = judged.get(document) ?? new WeakMap<readonly PackFacts[], Map<string, ShotState>>()
  judged.set(document, byPacks)
  const states = byPacks.get(packs) ?? new Map<string, ShotState>()
  byPacks.set(packs, states)
  return states
}

/** The shot and what it continues from, as far as not judged yet; the invariants keep it free of cycles. */
function chainOf(document: ProjectDocument, shotId: string, packs: readonly PackFacts[], states: ReadonlyMap<string, ShotState>): Shot[] {
  const chain: Shot[] = []
  let shot: Shot | null = document.shots[shotId] ?? null
  while (shot && !states.has(shot.id)) {
    chain.push(shot)
    const pack = findUsablePack(packs, packIdOf(document, shot))
    shot = pack ? upstreamOf(document, shot, pack) : null
  }
  return chain
}

function judge(document: ProjectDocument, shot: Shot, packs: readonly PackFacts[], states: ReadonlyMap<string, ShotState>): ShotState {
  const take = shot.selectedTakeId === null ? undefined : document.takes[shot.selectedTakeId]
  const packId = packIdOf(document, shot)
  const pack = findUsablePack(packs, packId)
  if (!take) return { kind: 'empty', reasons: [NO_TAKE, ...(pack ? tooLong(document, shot, pack) : [packMissing(packId)])] }
  const upToDate = take.isDraft ? 'draft' : 'final'
  const reasons = tooShort(document, shot, take)
  let isJudged = true
  if (take.recipe) {
    if (pack) reasons.push(...differences(document, shot, take, pack), ...upstreamStale(document, shot, pack, packs, states))
    else if (take.recipe.packId !== packId) reasons.push({ kind: 'pack-changed', message: `The take was made with the pack ${take.recipe.packId}; the shot uses ${packId} now.` }, packMissing(packId))
    else isJudged = reasons.length > 0
  }
  if (!isJudged) return { kind: upToDate, reasons: [packMissing(packId)] }
  if (reasons.length > 0 && pack) reasons.push(...tooLong(document, shot, pack))
  return { kind: reasons.length === 0 || shot.isLocked ? upToDate : 'stale', reasons }
}

const NO_TAKE: StaleReason = { kind: 'no-take', message: 'There is no take yet.' }

function packMissing(packId: string): StaleReason {
  return { kind: 'pack-missing', message: `The pack ${packId} is not installed or cannot be read.` }
}

function tooLong(document: ProjectDocument, shot: Shot, pack: UsablePack): StaleReason[] {
  const problem = describeTooLong(document, shot, pack)
  return problem ? [{ kind: 'too-long', message: problem.message }] : []
}

function tooShort(document: ProjectDocument, shot: Shot, take: Take): StaleReason[] {
  return isCovered(shot, take, document.project.frameRate) ? [] : [{ kind: 'too-short', message: 'The shot is longer than its take.' }]
}

/**
 * A take is compared as if the shot asked for as many frames as the take was made with: a trim changes no pixel, and a take
 * that no longer suffices is named as too short.
 */
function differences(document: ProjectDocument, shot: Shot, take: Take, pack: UsablePack): StaleReason[] {
  if (!take.recipe) return []
  const inputs = inputsFor(document, shot, pack, take.recipe.frameCount)
  return signatureOf(inputs, pack.packDigest) === take.signature ? [] : reasonsForDifference(take, inputs, pack)
}

/** Where the shot before will be made anew, this one follows it; one that is locked or cannot be made stays as it is. */
function upstreamStale(document: ProjectDocument, shot: Shot, pack: UsablePack, packs: readonly PackFacts[], states: ReadonlyMap<string, ShotState>): StaleReason[] {
  const upstream = upstreamOf(document, shot, pack)
  const state = upstream && states.get(upstream.id)
  if (!upstream || !state || state.kind === 'draft' || state.kind === 'final' || !canBeMade(document, upstream, packs)) return []
  return [{ kind: 'upstream-changed', message: `${shotLabel(document, upstream)}, which it continues from, is itself to be made anew.` }]
}

function canBeMade(document: ProjectDocument, shot: Shot, packs: readonly PackFacts[]): boolean {
  const pack = findUsablePack(packs, packIdOf(document, shot))
  return !shot.isLocked && pack !== null && !describeTooLong(document, shot, pack) && takesPicturesOf(shot, pack)
}
