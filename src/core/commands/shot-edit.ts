/** Commands that change what shots show: their fields, length, trim, lock and take. */
import { z } from 'zod'
import { ShotIdSchema, TakeIdSchema } from '../document/ids.ts'
import { withChanges, withRecords } from '../document/records.ts'
import { ShotSchema } from '../document/schema.ts'
import { trimFor } from '../planning/coverage.ts'
import { defineCommand } from './command.ts'
import { findShot, findShots, findTake, findUnlockedShot, findUnlockedShots } from './refusal.ts'
import { refuseChanges, ShotChangesSchema } from './shot-fields.ts'
import { shotIdsSchema } from './shot.ts'

const CHANGE_LABELS: Readonly<Record<string, string>> = Object.freeze({
  name: 'Rename shot', prompt: 'Edit prompt', negativePrompt: 'Edit negative prompt', seed: 'Change seed', shotSize: 'Change shot size',
  angle: 'Change angle', lensMm: 'Change lens', subjectDistanceM: 'Change subject distance', camera: 'Change camera move',
  composition: 'Change composition', framing: 'Change framing', bearingDegrees: 'Change camera bearing', dismissedHints: 'Dismiss continuity hint', references: 'Change references', continuesFrom: 'Change continuity', packId: 'Change pack',
  overrides: 'Change sampling',
})

export const shotEdit = defineCommand({
  type: 'shot.edit',
  payload: z.strictObject({ shotIds: shotIdsSchema, changes: ShotChangesSchema }),
  label: ({ shotIds, changes }) => {
    const fields = Object.keys(changes)
    const verb = (fields.length === 1 && CHANGE_LABELS[fields[0] ?? '']) || 'Edit shot'
    return shotIds.length === 1 ? verb : `${verb} (${shotIds.length} shots)`
  },
  apply(document, { shotIds, changes }) {
    const shots = findUnlockedShots(document, shotIds, 'edited')
    if ('rejected' in shots) return shots
    for (const shot of shots) {
      const refusal = refuseChanges(document, shot, changes)
      if (refusal) return refusal
    }
    const edited = shots.map((shot) => withChanges(shot, changes)).filter((shot, index) => shot !== shots[index])
    return withRecords(document, 'shots', edited)
  },
})

/** Sets where a shot begins in its take and how long it is. Longer than the take is allowed: the shot is then stale. */
export const shotTrim = defineCommand({
  type: 'shot.trim',
  payload: z.strictObject({
    shotId: ShotIdSchema,
    trimStartFrames: ShotSchema.unwrap().shape.trimStartFrames,
    durationFrames: ShotSchema.unwrap().shape.durationFrames,
  }),
  label: () => 'Trim shot',
  apply(document, { shotId, trimStartFrames, durationFrames }) {
    const shot = findUnlockedShot(document, shotId, 'trimmed')
    if ('rejected' in shot) return shot
    const trimmed = withChanges(shot, { trimStartFrames, durationFrames })
    return withRecords(document, 'shots', trimmed === shot ? [] : [trimmed])
  },
})

export const shotSetLocked = defineCommand({
  type: 'shot.setLocked',
  payload: z.strictObject({ shotIds: shotIdsSchema, isLocked: z.boolean() }),
  label: ({ shotIds, isLocked }) => `${isLocked ? 'Lock' : 'Unlock'} ${shotIds.length === 1 ? 'shot' : `${shotIds.length} shots`}`,
  apply(document, { shotIds, isLocked }) {
    const shots = findShots(document, shotIds)
    if ('rejected' in shots) return shots
    return withRecords(document, 'shots', shots.filter((shot) => shot.isLocked !== isLocked).map((shot) => ({ ...shot, isLocked })))
  },
})

/**
 * Shows another take. Any take of the project will do; one made from other inputs leaves the shot stale but playable.
 * The shot takes over the seed that made the take, so that what is shown is what would be made again.
 */
export const shotSelectTake = defineCommand({
  type: 'shot.selectTake',
  payload: z.strictObject({ shotId: ShotIdSchema, takeId: TakeIdSchema.nullable() }),
  label: ({ takeId }) => (takeId === null ? 'Show no take' : 'Choose take'),
  apply(document, { shotId, takeId }) {
    const shot = findShot(document, shotId)
    if ('rejected' in shot) return shot
    if (takeId === null) return withRecords(document, 'shots', shot.selectedTakeId === null ? [] : [{ ...shot, selectedTakeId: null, trimStartFrames: 0 }])
    const take = findTake(document, takeId)
    if ('rejected' in take) return take
    const shown = shot.selectedTakeId === null ? undefined : document.takes[shot.selectedTakeId]
    const trimStartFrames = trimFor(shot, shown, take, document.project.frameRate)
    const next = withChanges(shot, { selectedTakeId: take.id, trimStartFrames, seed: take.recipe?.seed })
    return withRecords(document, 'shots', next === shot ? [] : [next])
  },
})
