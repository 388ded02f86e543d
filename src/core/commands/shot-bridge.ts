/** The command that puts a bridge between two shots: a new shot that leads from the end of one to the start of the next. */
import { z } from 'zod'
import { ShotIdSchema, type ShotId } from '../document/ids.ts'
import { defaultShot } from '../document/create.ts'
import { shotLabel, withRecords } from '../document/records.ts'
import { ShotSchema, type ProjectDocument, type Sequence, type Shot } from '../document/schema.ts'
import { defineCommand, type Rejection } from './command.ts'
import { findSequence, findShot, refuse } from './refusal.ts'
import { withShotOrder } from './shot-order.ts'

const fields = ShotSchema.unwrap().shape

/**
 * The two shots stay as they are; a transition between them ends, since the bridge takes its place. The new shot has the pack,
 * the lens and the negative prompt of the first. `shotId`: chosen by whoever makes its take.
 */
export const shotBridge = defineCommand({
  type: 'shot.bridge',
  payload: z.strictObject({
    shotId: ShotIdSchema, fromShotId: ShotIdSchema, toShotId: ShotIdSchema, prompt: fields.prompt,
    durationFrames: fields.durationFrames, trimStartFrames: fields.trimStartFrames, seed: fields.seed,
  }),
  label: () => 'Bridge two shots',
  apply(document, { shotId, fromShotId, toShotId, ...changes }) {
    if (document.shots[shotId]) return refuse('duplicate', `The shot ${shotId} is in the project already.`, 'Give the bridge an id of its own.')
    const place = findNeighbours(document, fromShotId, toShotId)
    if ('rejected' in place) return place
    const { sequence, from } = place
    const bridge: Shot = {
      ...defaultShot({ id: shotId, sequenceId: sequence.id, frameRate: document.project.frameRate }), ...changes,
      packId: from.packId, negativePrompt: from.negativePrompt, lensMm: from.lensMm, subjectDistanceM: from.subjectDistanceM,
    }
    const index = sequence.shotIds.indexOf(from.id)
    return withShotOrder(withRecords(document, 'shots', [bridge]), sequence, sequence.shotIds.toSpliced(index + 1, 0, bridge.id))
  },
})

/** The sequence in which one shot directly follows the other, or the refusal. */
export function findNeighbours(document: ProjectDocument, fromShotId: ShotId, toShotId: ShotId): { readonly sequence: Sequence; readonly from: Shot; readonly to: Shot } | Rejection {
  const from = findShot(document, fromShotId)
  if ('rejected' in from) return from
  const to = findShot(document, toShotId)
  if ('rejected' in to) return to
  const sequence = findSequence(document, from.sequenceId)
  if ('rejected' in sequence) return sequence
  if (sequence.shotIds[sequence.shotIds.indexOf(from.id) + 1] === to.id) return { sequence, from, to }
  return refuse('not-possible', `${shotLabel(document, to)} does not come right after ${shotLabel(document, from)}.`, 'Choose two shots that follow each other.')
}
