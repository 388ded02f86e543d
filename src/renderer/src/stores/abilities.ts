/** Why something cannot be done to a shot, in a sentence that says what to do instead; null where it can. */
import type { PackSummary } from '#contracts/studio-api.ts'
import { continuesFromShot } from '#core/document/invariants/continuity.ts'
import type { ProjectDocument, Shot, Take } from '#core/document/schema.ts'
import { latentStepOf } from '#core/timeline/take-range.ts'
import { t } from '../ui/strings/strings.ts'
import { deriveFrom } from './derive.ts'

type Packs = readonly PackSummary[]
const { cannot } = t.operations

/** A part of a take is made anew by the very model that made it. */
export function whyNotRetake(document: ProjectDocument, shotId: string, packs: Packs): string | null {
  const blocked = whyNotRemake(document, shotId, packs)
  const take = shownTake(document, shotId)
  if (blocked !== null || !take) return blocked
  if (latentStepOf(take) === null) return cannot.noLatents
  const pack = packOfTake(take, packs)
  return pack?.abilities.latentMask ? null : cannot.noMask(pack?.name ?? '')
}

export function whyNotExtend(document: ProjectDocument, shotId: string, packs: Packs): string | null {
  const blocked = whyNotRemake(document, shotId, packs)
  const take = shownTake(document, shotId)
  if (blocked !== null || !take) return blocked
  const pack = packOfTake(take, packs)
  return pack?.abilities.latentMask ? null : cannot.noMask(pack?.name ?? '')
}

/** A bridge leads from the shown take of a shot to that of the next one. */
export function whyNotBridge(document: ProjectDocument, shotId: string, packs: Packs): string | null {
  const derived = deriveFrom(document)
  const nextId = nextShotOf(document, shotId)
  if (nextId === null) return cannot.noNext
  if (!shownTake(document, shotId)) return cannot.noTake
  if (!shownTake(document, nextId)) return cannot.nextNoTake(derived.numberOf(nextId))
  const shot = document.shots[shotId]
  const pack = shot && packOfShot(document, shot, packs)
  if (!pack || pack.state !== 'ready') return cannot.packMissing(pack?.name ?? shot?.packId ?? document.project.packId)
  return pack.abilities.latentMask ? null : cannot.noBridge(pack.name)
}

export function whyNotVariations(document: ProjectDocument, shotId: string, packs: Packs): string | null {
  const shot = document.shots[shotId]
  if (!shot || shot.isLocked) return cannot.locked
  const pack = packOfShot(document, shot, packs)
  return pack?.state === 'ready' ? null : cannot.packMissing(pack?.name ?? shot.packId ?? document.project.packId)
}

export function whyNotPicture(document: ProjectDocument, shot: Shot, which: 'firstFrame' | 'lastFrame', packs: Packs): string | null {
  if (shot.isLocked) return cannot.locked
  const pack = packOfShot(document, shot, packs)
  if (!pack || pack.abilities[which]) return null
  return which === 'firstFrame' ? cannot.noFirst(pack.name) : cannot.noLast(pack.name)
}

export function whyNotContinue(document: ProjectDocument, shot: Shot, packs: Packs): string | null {
  if (shot.isLocked) return cannot.locked
  const previousId = previousShotOf(document, shot.id)
  if (previousId === null) return t.pictures.cannot.isFirst
  const pack = packOfShot(document, shot, packs)
  if (pack && !pack.abilities.firstFrame) return cannot.noFirst(pack.name)
  if (shot.references.firstFrame !== null) return t.pictures.cannot.hasFirst
  const previous = document.shots[previousId]
  return previous && continuesFromShot(document, previous.id, shot.id) ? t.pictures.cannot.circle(nameOf(document, previousId)) : null
}

export function nextShotOf(document: ProjectDocument, shotId: string): string | null {
  const { shotIds } = deriveFrom(document)
  const at = shotIds.indexOf(shotId)
  return at < 0 ? null : (shotIds[at + 1] ?? null)
}

export function previousShotOf(document: ProjectDocument, shotId: string): string | null {
  const { shotIds } = deriveFrom(document)
  return shotIds[shotIds.indexOf(shotId) - 1] ?? null
}

export function packOfShot(document: ProjectDocument, shot: Shot, packs: Packs): PackSummary | null {
  const packId = shot.packId ?? document.project.packId
  return packs.find((pack) => pack.packId === packId) ?? null
}

export function packOfTake(take: Take, packs: Packs): PackSummary | null {
  return packs.find((pack) => pack.packId === take.recipe?.packId) ?? null
}

/** "Shot 3", or the name that it was given. */
export function nameOf(document: ProjectDocument, shotId: string): string {
  return document.shots[shotId]?.name || t.shot.numbered(deriveFrom(document).numberOf(shotId))
}

function shownTake(document: ProjectDocument, shotId: string): Take | null {
  return document.takes[document.shots[shotId]?.selectedTakeId ?? ''] ?? null
}

function whyNotRemake(document: ProjectDocument, shotId: string, packs: Packs): string | null {
  const shot = document.shots[shotId]
  const take = shownTake(document, shotId)
  if (!shot || shot.isLocked) return cannot.locked
  if (!take) return cannot.noTake
  if (!take.recipe) return cannot.noRecipe
  const pack = packOfTake(take, packs)
  if (!pack || pack.state !== 'ready') return cannot.packMissing(pack?.name ?? take.recipe.packId)
  return pack.packDigest !== null && pack.packDigest !== take.recipe.packDigest ? cannot.packChanged(pack.name) : null
}
