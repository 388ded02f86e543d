/** Commands on markers. */
import { z } from 'zod'
import { MarkerIdSchema } from '../document/ids.ts'
import { MarkerSchema } from '../document/schema.ts'
import { addAnchored, deleteAnchored, deletionLabel, editAnchored } from './anchored.ts'
import { defineCommand } from './command.ts'

const fields = MarkerSchema.unwrap().omit({ id: true, sequenceId: true })

export const markerAdd = defineCommand({
  type: 'marker.add',
  payload: MarkerSchema.unwrap().omit({ id: true }),
  label: () => 'Add marker',
  apply: (document, payload, context) => addAnchored(document, 'markers', { ...payload, id: context.newId('marker') }),
})

export const markerEdit = defineCommand({
  type: 'marker.edit',
  payload: z.strictObject({ markerId: MarkerIdSchema, changes: fields.partial() }),
  label: () => 'Edit marker',
  apply: (document, { markerId, changes }) => editAnchored(document, 'markers', markerId, changes),
})

export const markerDelete = defineCommand({
  type: 'marker.delete',
  payload: z.strictObject({ markerIds: z.array(MarkerIdSchema).min(1).max(10_000) }),
  label: ({ markerIds }) => deletionLabel('markers', markerIds),
  apply: (document, { markerIds }) => deleteAnchored(document, 'markers', markerIds),
})
