/** Commands on titles. */
import { z } from 'zod'
import { TitleIdSchema } from '../document/ids.ts'
import { TitleSchema } from '../document/schema.ts'
import { addAnchored, deleteAnchored, deletionLabel, editAnchored } from './anchored.ts'
import { defineCommand } from './command.ts'

const fields = TitleSchema.unwrap().omit({ id: true, sequenceId: true })

export const titleAdd = defineCommand({
  type: 'title.add',
  payload: TitleSchema.unwrap().omit({ id: true }).extend({
    position: fields.shape.position.default('centre'),
    size: fields.shape.size.default(0.06),
    fadeFrames: fields.shape.fadeFrames.default(6),
  }),
  label: () => 'Add title',
  apply: (document, payload, context) => addAnchored(document, 'titles', { ...payload, id: context.newId('title') }),
})

export const titleEdit = defineCommand({
  type: 'title.edit',
  payload: z.strictObject({ titleId: TitleIdSchema, changes: fields.partial() }),
  label: () => 'Edit title',
  apply: (document, { titleId, changes }) => editAnchored(document, 'titles', titleId, changes),
})

export const titleDelete = defineCommand({
  type: 'title.delete',
  payload: z.strictObject({ titleIds: z.array(TitleIdSchema).min(1).max(10_000) }),
  label: ({ titleIds }) => deletionLabel('titles', titleIds),
  apply: (document, { titleIds }) => deleteAnchored(document, 'titles', titleIds),
})
