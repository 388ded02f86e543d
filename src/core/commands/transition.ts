/** The command that sets what happens at a cut. */
import { z } from 'zod'
import { SequenceIdSchema, ShotIdSchema } from '../document/ids.ts'
import { shotLabel, withoutRecords, withRecords } from '../document/records.ts'
import { TRANSITION_KINDS, TransitionSchema } from '../document/schema.ts'
import { transitionsByShot } from '../timeline/layout.ts'
import { maxTransitionFrames } from '../timeline/lookup.ts'
import { defineCommand } from './command.ts'
import { findRecord, findSequence, refuse } from './refusal.ts'

/** Makes the cut after a shot a transition, changes the one that is there, or with kind `cut` removes it. */
export const transitionSet = defineCommand({
  type: 'transition.set',
  payload: z.strictObject({
    sequenceId: SequenceIdSchema,
    afterShotId: ShotIdSchema,
    kind: z.enum(['cut', ...TRANSITION_KINDS]),
    /** Ignored for a cut. */
    durationFrames: z.int().min(0),
    colour: TransitionSchema.unwrap().shape.colour.optional(),
  }),
  label: ({ kind }) => (kind === 'cut' ? 'Remove transition' : `Set ${kind}`),
  apply(document, { sequenceId, afterShotId, kind, durationFrames, colour }, context) {
    const sequence = findSequence(document, sequenceId)
    if ('rejected' in sequence) return sequence
    const shot = findRecord(document.shots, afterShotId, 'shot')
    if ('rejected' in shot) return shot
    const existing = transitionsByShot(document, sequenceId).get(afterShotId)
    if (kind === 'cut') return withoutRecords(document, 'transitions', existing ? [existing.id] : [])
    const place = sequence.shotIds.indexOf(afterShotId)
    if (place < 0 || place === sequence.shotIds.length - 1) {
      return refuse('not-possible', `No shot follows ${shotLabel(document, shot)}, so there is nothing to pass over to.`, 'Choose a shot that has a next one.')
    }
    const most = maxTransitionFrames(document, sequenceId, afterShotId)
    if (durationFrames < 1 || durationFrames > most) {
      return refuse('out-of-range', `A transition of ${durationFrames} frames does not fit after ${shotLabel(document, shot)}.`,
        most < 1 ? 'Lengthen the two shots first.' : `Choose 1 to ${most} frames.`)
    }
    const id = existing?.id ?? context.newId('transition')
    return withRecords(document, 'transitions', [{ id, sequenceId, afterShotId, kind, durationFrames, colour: colour ?? existing?.colour ?? '#000000' }])
  },
})
