/** The command that cuts a shot in two without changing a pixel of the timeline. */
import { z } from 'zod'
import { ShotIdSchema, type ShotId } from '../document/ids.ts'
import { shotLabel, withRecords } from '../document/records.ts'
import type { Anchor, ProjectDocument, Shot } from '../document/schema.ts'
import { layoutSequence } from '../timeline/layout.ts'
import { defineCommand, type Rejection } from './command.ts'
import { findSequence, findUnlockedShot, refuse } from './refusal.ts'
import { withShotBehind } from './shot-order.ts'

/**
 * Both parts keep all inputs and share the take; the second begins where the first ends. What hung on the later part
 * hangs on the second one, and shots that continue from the shot now continue from its second part: its tail.
 */
export const shotSplit = defineCommand({
  type: 'shot.split',
  payload: z.strictObject({
    shotId: ShotIdSchema,
    /** First frame of the second part, counted from the shot's start. */
    atFrame: z.int().min(1),
  }),
  label: () => 'Split shot',
  apply(document, { shotId, atFrame }, context) {
    const shot = findUnlockedShot(document, shotId, 'split')
    if ('rejected' in shot) return shot
    const refusal = refusePlace(document, shot, atFrame)
    if (refusal) return refusal
    const sequence = findSequence(document, shot.sequenceId)
    if ('rejected' in sequence) return sequence
    const first: Shot = { ...shot, durationFrames: atFrame }
    const second: Shot = {
      ...shot,
      id: context.newId('shot'),
      durationFrames: shot.durationFrames - atFrame,
      trimStartFrames: shot.selectedTakeId === null ? 0 : shot.trimStartFrames + atFrame,
    }
    const followers = Object.values(document.shots).filter((other) => other.continuesFrom === shot.id)
    const shots = [first, second, ...followers.map((follower) => ({ ...follower, continuesFrom: second.id }))]
    const split = withShotBehind(withRecords(document, 'shots', shots), sequence, first.id, second.id)
    return withLaterAnchorsOn(split, first.id, second.id, atFrame)
  },
})

function refusePlace(document: ProjectDocument, shot: Shot, atFrame: number): Rejection | null {
  if (atFrame >= shot.durationFrames) {
    return refuse('out-of-range', `${shotLabel(document, shot)} is ${shot.durationFrames} frames long and cannot be split at frame ${atFrame}.`, `Choose a frame from 1 to ${shot.durationFrames - 1}.`)
  }
  const span = layoutSequence(document, shot.sequenceId).shots.find((candidate) => candidate.shotId === shot.id)
  if (!span || (atFrame > span.overlapBeforeFrames && shot.durationFrames - atFrame > span.overlapAfterFrames)) return null
  return refuse('not-possible', `Frame ${atFrame} of ${shotLabel(document, shot)} lies inside a transition.`, 'Split outside the transition, or make it a cut first.')
}

function withLaterAnchorsOn(document: ProjectDocument, firstId: ShotId, secondId: ShotId, atFrame: number): ProjectDocument {
  const isLater = ({ anchor }: { readonly anchor: Anchor }) => anchor.shotId === firstId && anchor.offsetFrames >= atFrame
  const moved = <R extends { readonly anchor: Anchor }>(record: R): R => (
    { ...record, anchor: { shotId: secondId, offsetFrames: record.anchor.offsetFrames - atFrame } })
  let next = withRecords(document, 'captions', Object.values(document.captions).filter(isLater).map(moved))
  next = withRecords(next, 'titles', Object.values(document.titles).filter(isLater).map(moved))
  next = withRecords(next, 'audioClips', Object.values(document.audioClips).filter(isLater).map(moved))
  return withRecords(next, 'markers', Object.values(document.markers).filter(isLater).map(moved))
}
