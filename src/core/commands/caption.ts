/** Commands on captions. */
import { z } from 'zod'
import { CaptionIdSchema } from '../document/ids.ts'
import { CaptionSchema } from '../document/schema.ts'
import { addAnchored, deleteAnchored, deletionLabel, editAnchored } from './anchored.ts'
import { defineCommand } from './command.ts'

const fields = CaptionSchema.unwrap().omit({ id: true, sequenceId: true })

export const captionAdd = defineCommand({
  type: 'caption.add',
  payload: CaptionSchema.unwrap().omit({ id: true }),
  label: () => 'Add caption',
  apply: (document, payload, context) => addAnchored(document, 'captions', { ...payload, id: context.newId('caption') }),
})

export const captionEdit = defineCommand({
  type: 'caption.edit',
  payload: z.strictObject({ captionId: CaptionIdSchema, changes: fields.partial() }),
  label: () => 'Edit caption',
  apply: (document, { captionId, changes }) => editAnchored(document, 'captions', captionId, changes),
})

export const captionDelete = defineCommand({
  type: 'caption.delete',
  payload: z.strictObject({ captionIds: z.array(CaptionIdSchema).min(1).max(10_000) }),
  label: ({ captionIds }) => deletionLabel('captions', captionIds),
  apply: (document, { captionIds }) => deleteAnchored(document, 'captions', captionIds),
})
