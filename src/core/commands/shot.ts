/** Commands that add, remove and order shots. */
import { z } from 'zod'
import { defaultShot } from '../document/create.ts'
import { SequenceIdSchema, ShotIdSchema } from '../document/ids.ts'
import { withChanges, withoutRecords, withRecords } from '../document/records.ts'
import { ShotSchema } from '../document/schema.ts'
import { defineCommand } from './command.ts'
import { findSequence, findShot, findShots, findUnlockedShots, refuse } from './refusal.ts'
import { refuseChanges, ShotChangesSchema } from './shot-fields.ts'
import { withShotBehind, withShotOrder } from './shot-order.ts'

export const shotIdsSchema = z.array(ShotIdSchema).min(1).max(10_000)

export const shotAdd = defineCommand({
  type: 'shot.add',
  payload: z.strictObject({
    sequenceId: SequenceIdSchema,
    /** Place among the sequence's shots; null or absent: at its end. */
    index: z.int().min(0).nullish(),
    ...ShotChangesSchema.shape,
    durationFrames: ShotSchema.unwrap().shape.durationFrames.optional(),
  }),
  label: () => 'Add shot',
  apply(document, { sequenceId, index, ...fields }, context) {
    const sequence = findSequence(document, sequenceId)
    if ('rejected' in sequence) return sequence
    const place = index ?? sequence.shotIds.length
    if (place > sequence.shotIds.length) {
      return refuse('out-of-range', `There is no place ${place + 1} in a sequence of ${sequence.shotIds.length} shots.`, `Choose at most ${sequence.shotIds.length}.`)
    }
    const blank = defaultShot({ id: context.newId('shot'), sequenceId, frameRate: document.project.frameRate })
    const shot = withChanges(blank, fields)
    const refusal = refuseChanges(document, shot, fields)
    if (refusal) return refusal
    return withShotOrder(withRecords(document, 'shots', [shot]), sequence, sequence.shotIds.toSpliced(place, 0, shot.id))
  },
})

/**
 * Removes shots. What hung on them (captions, titles, audio, markers, transitions, continuity of others) is settled by the
 * invariants' repair in the same diff, so that one undo brings all of it back. Their takes stay in the project.
 */
export const shotDelete = defineCommand({
  type: 'shot.delete',
  payload: z.strictObject({ shotIds: shotIdsSchema }),
  label: ({ shotIds }) => (shotIds.length === 1 ? 'Delete shot' : `Delete ${shotIds.length} shots`),
  apply(document, { shotIds }) {
    const shots = findUnlockedShots(document, shotIds, 'deleted')
    if ('rejected' in shots) return shots
    const deleted = new Set(shotIds)
    let next = document
    for (const sequenceId of new Set(shots.map((shot) => shot.sequenceId))) {
      const sequence = next.sequences[sequenceId]
      if (sequence) next = withShotOrder(next, sequence, sequence.shotIds.filter((id) => !deleted.has(id)))
    }
    return withoutRecords(next, 'shots', [...deleted])
  },
})

/** Moves shots as one block, in their present order, so that its first one gets place `toIndex` among all shots. */
export const shotMove = defineCommand({
  type: 'shot.move',
  payload: z.strictObject({ shotIds: shotIdsSchema, toIndex: z.int().min(0) }),
  label: ({ shotIds }) => (shotIds.length === 1 ? 'Move shot' : `Move ${shotIds.length} shots`),
  apply(document, { shotIds, toIndex }) {
    const shots = findShots(document, shotIds)
    if ('rejected' in shots) return shots
    const sequenceIds = new Set(shots.map((shot) => shot.sequenceId))
    const sequence = shots[0] && document.sequences[shots[0].sequenceId]
    if (!sequence || sequenceIds.size !== 1) return refuse('not-possible', 'Shots of different sequences cannot be moved together.', 'Select shots of one sequence.')
    const moved = new Set(shots.map((shot) => shot.id))
    const others = sequence.shotIds.filter((id) => !moved.has(id))
    if (toIndex > others.length) {
      return refuse('out-of-range', `Place ${toIndex + 1} lies behind the end of the sequence.`, `Choose a place from 1 to ${others.length + 1}.`)
    }
    return withShotOrder(document, sequence, others.toSpliced(toIndex, 0, ...sequence.shotIds.filter((id) => moved.has(id))))
  },
})

/** A copy right behind its origin: same words, seed and take, unlocked; what hangs on the origin is not copied. */
export const shotDuplicate = defineCommand({
  type: 'shot.duplicate',
  payload: z.strictObject({ shotId: ShotIdSchema }),
  label: () => 'Duplicate shot',
  apply(document, { shotId }, context) {
    const shot = findShot(document, shotId)
    if ('rejected' in shot) return shot
    const sequence = findSequence(document, shot.sequenceId)
    if ('rejected' in sequence) return sequence
    const copy = { ...shot, id: context.newId('shot'), isLocked: false }
    return withShotBehind(withRecords(document, 'shots', [copy]), sequence, shot.id, copy.id)
  },
})
