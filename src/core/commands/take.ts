/** Commands on takes. No command removes one: what was made stays in the project. */
import { z } from 'zod'
import { TakeIdSchema } from '../document/ids.ts'
import { withChanges, withRecords } from '../document/records.ts'
import { TakeSchema } from '../document/schema.ts'
import { trimFor } from '../planning/coverage.ts'
import { defineCommand } from './command.ts'
import { findTake, refuse } from './refusal.ts'

/**
 * Adds a finished take, for the engine. With `select`, its shot shows it, unless the shot was locked or deleted meanwhile:
 * the take is then kept all the same. A newly generated take was made for the shot's length and is shown from its start; of others the shot shows what it showed.
 */
export const takeAdd = defineCommand({
  type: 'take.add',
  source: 'engine',
  payload: z.strictObject({ take: TakeSchema, select: z.boolean() }),
  label: () => 'Add take',
  apply(document, { take, select }) {
    if (document.takes[take.id]) return refuse('duplicate', `The take ${take.id} is in the project already.`, 'Give the take an id of its own.')
    const added = withRecords(document, 'takes', [take])
    const shot = document.shots[take.shotId]
    if (!select || !shot || shot.isLocked) return added
    const shown = shot.selectedTakeId === null ? undefined : document.takes[shot.selectedTakeId]
    const trimStartFrames = take.operation === 'generate' ? 0 : trimFor(shot, shown, take, document.project.frameRate)
    return withRecords(added, 'shots', [{ ...shot, selectedTakeId: take.id, trimStartFrames }])
  },
})

export const takeAnnotate = defineCommand({
  type: 'take.annotate',
  payload: z.strictObject({ takeId: TakeIdSchema, isStarred: z.boolean().optional(), note: TakeSchema.unwrap().shape.note.optional() }),
  label: ({ isStarred }) => (isStarred === undefined ? 'Edit note' : isStarred ? 'Star take' : 'Unstar take'),
  apply(document, { takeId, ...changes }) {
    const take = findTake(document, takeId)
    if ('rejected' in take) return take
    const next = withChanges(take, changes)
    return withRecords(document, 'takes', next === take ? [] : [next])
  },
})
