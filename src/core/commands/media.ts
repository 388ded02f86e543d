/** The command that adds a media file's record, once the file itself lies in the project folder. */
import { z } from 'zod'
import { withRecords } from '../document/records.ts'
import { MediaSchema } from '../document/schema.ts'
import { defineCommand } from './command.ts'
import { refuse } from './refusal.ts'

export const mediaAdd = defineCommand({
  type: 'media.add',
  source: 'engine',
  payload: z.strictObject({ media: MediaSchema }),
  label: () => 'Import media',
  apply: (document, { media }) => (
    document.media[media.id]
      ? refuse('duplicate', `The media file ${media.id} is in the project already.`, 'Give the media an id of its own.')
      : withRecords(document, 'media', [media])),
})
