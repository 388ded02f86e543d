/** What people mean by their gestures, as commands: the storyboard, the timeline, menus and shortcuts all go through here. */
import type { CommandEnvelope } from '#core/commands/command.ts'
import type { ProjectDocument, Shot } from '#core/document/schema.ts'
import { changesFromRecipe } from '#core/planning/from-recipe.ts'
import { secondsToFrames } from '#core/timeline/time.ts'
import { shotAtFrame } from '#core/timeline/lookup.ts'
import { t } from '../ui/strings/strings.ts'
import { deriveFrom, type Derived } from './derive.ts'
import type { Studio } from './studio.ts'

const TITLE_SECONDS = 2.5
const CAPTION_SECONDS = 2
/** Two in a billion: enough that a dice never shows the same seed twice in a row. */
const SEED_LIMIT = 0xffff_ffff

export function derivedOf(studio: Studio): Derived | null {
  const document = studio.document.state.getState().open?.document
  return document ? deriveFrom(document) : null
}

/** Adds a shot behind the focused one and makes it the selected one. */
export async function addShot(studio: Studio, afterShotId: string | null = studio.session.state.getState().focusedShotId): Promise<void> {
  const derived = derivedOf(studio)
  if (!derived) return
  const before = new Set(derived.shotIds)
  const place = afterShotId === null ? -1 : derived.shotIds.indexOf(afterShotId)
  const index = place < 0 ? derived.shotIds.length : place + 1
  await studio.document.dispatch('shot.add', { sequenceId: derived.sequenceId, index })
  selectNew(studio, before)
}

export async function duplicateShot(studio: Studio, shotId: string): Promise<void> {
  const before = new Set(derivedOf(studio)?.shotIds)
  await studio.document.dispatch('shot.duplicate', { shotId })
  selectNew(studio, before)
}

/** Deletes shots and moves the selection to the neighbour, so that the next key press works on something. */
export async function deleteShots(studio: Studio, shotIds: readonly string[]): Promise<void> {
  const derived = derivedOf(studio)
  if (!derived || shotIds.length === 0) return
  const gone = new Set(shotIds)
  const firstGone = derived.shotIds.findIndex((id) => gone.has(id))
  const next = derived.shotIds.slice(firstGone).find((id) => !gone.has(id)) ?? derived.shotIds.slice(0, firstGone).at(-1)
  const result = await studio.document.dispatch('shot.delete', { shotIds })
  if (result?.ok) studio.session.selectShots(next ? [next] : [])
}

/** Moves shots as one block one place earlier or later; at the border nothing happens. */
export function stepShots(studio: Studio, shotIds: readonly string[], step: -1 | 1): void {
  const moving = new Set(shotIds)
  void studio.document.dispatchFrom((document) => {
    const order = deriveFrom(document).shotIds
    const first = order.findIndex((id) => moving.has(id))
    const toIndex = first + step
    return first < 0 || toIndex < 0 || toIndex > order.length - moving.size ? null : { type: 'shot.move', payload: { shotIds, toIndex } }
  })
}

/** Moves shots so that the dragged one lands on a place of the whole order. */
export function moveShotsTo(studio: Studio, draggedShotId: string, place: number): void {
  const derived = derivedOf(studio)
  if (!derived) return
  const { selectedShotIds } = studio.session.state.getState()
  const shotIds = selectedShotIds.includes(draggedShotId) ? [...selectedShotIds] : [draggedShotId]
  const moving = new Set(shotIds)
  const isLater = place > derived.shotIds.indexOf(draggedShotId)
  const passed = derived.shotIds.slice(0, isLater ? place + 1 : place)
  const toIndex = passed.filter((id) => !moving.has(id)).length
  void studio.document.dispatch('shot.move', { shotIds, toIndex })
}

export function toggleLock(studio: Studio, shotIds: readonly string[]): void {
  const document = derivedOf(studio)?.document
  if (!document || shotIds.length === 0) return
  const isLocked = shotIds.some((id) => document.shots[id]?.isLocked === false)
  void studio.document.dispatch('shot.setLocked', { shotIds, isLocked })
}

export function editShots(studio: Studio, shotIds: readonly string[], changes: Partial<Shot>, coalesceKey: string | null = null): void {
  if (shotIds.length > 0) void studio.document.dispatch('shot.edit', { shotIds, changes }, coalesceKey)
}

export function randomSeed(): number {
  return Math.floor(Math.random() * SEED_LIMIT)
}

/** A fresh seed for each shot, as one step of the history. */
export function rollSeeds(studio: Studio, shotIds: readonly string[]): void {
  const step = `seeds:${randomSeed()}`
  for (const shotId of shotIds) editShots(studio, [shotId], { seed: randomSeed() }, step)
}

/** Puts the words, seed and camera of a take back into its shot, as one step; generating it again is up to the person. */
export async function makeFromRecipe(studio: Studio, shotId: string, takeId: string): Promise<void> {
  const derived = derivedOf(studio)
  const take = derived?.document.takes[takeId]
  const changes = derived && take ? changesFromRecipe(derived.document, take, studio.packs.state.getState().packs) : null
  if (!derived || !changes) return
  const result = await studio.document.dispatch('shot.edit', { shotIds: [shotId], changes })
  if (!result?.ok) return
  studio.notices.add({ kind: 'done', title: t.takes.remade(derived.takeNumber(shotId, takeId)), action: { label: t.inspector.generate, run: () => void studio.generate([shotId]) } })
}

export function splitAtPlayhead(studio: Studio): void {
  void studio.document.dispatchFrom((document) => {
    const under = shotUnder(document, studio.playhead.frame)
    return under && under.frameInShot > 0 ? { type: 'shot.split', payload: { shotId: under.shot.id, atFrame: under.frameInShot } } : null
  })
}

export function trimToPlayhead(studio: Studio, edge: 'start' | 'end'): void {
  const { frame } = studio.playhead
  void studio.document.dispatchFrom((document) => {
    const under = shotUnder(document, frame)
    if (!under) return null
    const { shot, frameInShot } = under
    return trimCommand(shot, edge, edge === 'start' ? frameInShot : frameInShot + 1 - shot.durationFrames)
  })
}

/** Moves one edge of a shot by frames, as far as its take and its length allow. */
export function trimCommand(shot: Shot, edge: 'start' | 'end', delta: number): CommandEnvelope {
  return { type: 'shot.trim', payload: { shotId: shot.id, ...trimmed(shot, edge, delta) } }
}

export function trimmed(shot: Shot, edge: 'start' | 'end', delta: number): Pick<Shot, 'trimStartFrames' | 'durationFrames'> {
  if (edge === 'end') return { trimStartFrames: shot.trimStartFrames, durationFrames: Math.max(1, shot.durationFrames + delta) }
  const moved = Math.max(-shot.trimStartFrames, Math.min(shot.durationFrames - 1, delta))
  return { trimStartFrames: shot.trimStartFrames + moved, durationFrames: shot.durationFrames - moved }
}

export function goToCut(studio: Studio, direction: -1 | 1): void {
  const derived = derivedOf(studio)
  if (!derived) return
  const cuts = [...derived.layout.shots.map((span) => span.startFrame), Math.max(0, derived.layout.totalFrames - 1)]
  const here = studio.playhead.frame
  const target = direction > 0 ? cuts.find((frame) => frame > here) : cuts.findLast((frame) => frame < here)
  if (target !== undefined) studio.playhead.seek(target)
}

export async function addTitle(studio: Studio): Promise<void> {
  const derived = derivedOf(studio)
  if (!derived) return
  const durationFrames = secondsToFrames(TITLE_SECONDS, derived.document.project.frameRate)
  const fadeFrames = Math.round(durationFrames / 6)
  const before = new Set(Object.keys(derived.document.titles))
  await studio.document.dispatch('title.add', {
    sequenceId: derived.sequenceId, anchor: anchorAtPlayhead(studio, derived), durationFrames, text: t.timeline.newTitle, position: 'centre', size: 0.07, fadeFrames,
  })
  const id = Object.keys(derivedOf(studio)?.document.titles ?? {}).find((candidate) => !before.has(candidate))
  if (id) studio.session.selectClip({ kind: 'title', id })
}

export async function addCaption(studio: Studio): Promise<void> {
  const derived = derivedOf(studio)
  if (!derived) return
  const durationFrames = secondsToFrames(CAPTION_SECONDS, derived.document.project.frameRate)
  const before = new Set(Object.keys(derived.document.captions))
  await studio.document.dispatch('caption.add', { sequenceId: derived.sequenceId, anchor: anchorAtPlayhead(studio, derived), durationFrames, text: t.timeline.newCaption })
  const id = Object.keys(derivedOf(studio)?.document.captions ?? {}).find((candidate) => !before.has(candidate))
  if (id) studio.session.selectClip({ kind: 'caption', id })
}

/** Generated music under the whole sequence. */
export async function addMusic(studio: Studio): Promise<void> {
  const derived = derivedOf(studio)
  const projectId = studio.projectId
  if (!derived || !projectId || derived.layout.totalFrames === 0) return
  const { frameRate } = derived.document.project
  const seconds = Math.min(600, Math.max(0.5, (derived.layout.totalFrames * frameRate.den) / frameRate.num))
  const media = await studio.ask('media.toneBed', { projectId, seconds, seed: randomSeed() % 100_000, mood: 'calm' })
  if (!media) return
  const fadeFrames = Math.min(secondsToFrames(1, frameRate), Math.floor(derived.layout.totalFrames / 4))
  await studio.document.dispatch('audio.add', {
    sequenceId: derived.sequenceId, anchor: { shotId: null, offsetFrames: 0 }, mediaId: media.mediaId, trimStartFrames: 0,
    durationFrames: derived.layout.totalFrames, gainDb: -8, fadeInFrames: fadeFrames, fadeOutFrames: fadeFrames, role: 'music', isMuted: false,
  })
}

/** Deletes whatever is selected: shots, a clip, or a transition. */
export function deleteSelection(studio: Studio): void {
  const { selectedShotIds, selectedClip, selectedTransitionShotId } = studio.session.state.getState()
  const derived = derivedOf(studio)
  if (!derived) return
  if (selectedClip) {
    void studio.document.dispatch(`${selectedClip.kind}.delete`, { [`${CLIP_ID_FIELDS[selectedClip.kind]}s`]: [selectedClip.id] })
    studio.session.clearSelection()
  } else if (selectedTransitionShotId) {
    void studio.document.dispatch('transition.set', { sequenceId: derived.sequenceId, afterShotId: selectedTransitionShotId, kind: 'cut', durationFrames: 0 })
    studio.session.clearSelection()
  } else void deleteShots(studio, selectedShotIds)
}

export const CLIP_ID_FIELDS = Object.freeze({ caption: 'captionId', title: 'titleId', audio: 'audioClipId' } as const)

export function seekToShot(studio: Studio, shotId: string): void {
  const span = derivedOf(studio)?.spanOf(shotId)
  if (span) studio.playhead.seek(span.startFrame + Math.max(0, span.overlapBeforeFrames))
}

interface UnderPlayhead {
  readonly shot: Shot
  readonly frameInShot: number
}

function shotUnder(document: ProjectDocument, frame: number): UnderPlayhead | null {
  const span = shotAtFrame(deriveFrom(document).layout, frame)
  const shot = span && document.shots[span.shotId]
  return shot && span ? { shot, frameInShot: frame - span.startFrame } : null
}

function anchorAtPlayhead(studio: Studio, derived: Derived): { shotId: string | null; offsetFrames: number } {
  const span = shotAtFrame(derived.layout, studio.playhead.frame)
  return span ? { shotId: span.shotId, offsetFrames: studio.playhead.frame - span.startFrame } : { shotId: null, offsetFrames: studio.playhead.frame }
}

function selectNew(studio: Studio, before: ReadonlySet<string>): void {
  const added = derivedOf(studio)?.shotIds.filter((id) => !before.has(id)) ?? []
  if (added.length === 0) return
  studio.session.selectShots(added)
  const first = added[0]
  if (first) seekToShot(studio, first)
}

/** The number of a shot as people count; for messages. */
export function shotNumber(document: ProjectDocument, shotId: string): number {
  return deriveFrom(document).numberOf(shotId)
}
