/** Commands on audio clips. */
import { z } from 'zod'
import { AudioClipIdSchema, type MediaId } from '../document/ids.ts'
import { AudioClipSchema, type ProjectDocument } from '../document/schema.ts'
import { addAnchored, deleteAnchored, deletionLabel, editAnchored } from './anchored.ts'
import { defineCommand, type Rejection } from './command.ts'
import { findRecord, refuse } from './refusal.ts'

const fields = AudioClipSchema.unwrap().omit({ id: true, sequenceId: true })

export const audioAdd = defineCommand({
  type: 'audio.add',
  payload: AudioClipSchema.unwrap().omit({ id: true }).extend({
    trimStartFrames: fields.shape.trimStartFrames.default(0),
    gainDb: fields.shape.gainDb.default(0),
    fadeInFrames: fields.shape.fadeInFrames.default(0),
    fadeOutFrames: fields.shape.fadeOutFrames.default(0),
    isMuted: fields.shape.isMuted.default(false),
  }),
  label: () => 'Add audio clip',
  apply: (document, payload, context) =>
    refuseMedia(document, payload.mediaId) ?? addAnchored(document, 'audioClips', { ...payload, id: context.newId('audioClip') }),
})

export const audioEdit = defineCommand({
  type: 'audio.edit',
  payload: z.strictObject({ audioClipId: AudioClipIdSchema, changes: fields.partial() }),
  label: () => 'Edit audio clip',
  apply: (document, { audioClipId, changes }) =>
    (changes.mediaId ? refuseMedia(document, changes.mediaId) : null) ?? editAnchored(document, 'audioClips', audioClipId, changes),
})

export const audioDelete = defineCommand({
  type: 'audio.delete',
  payload: z.strictObject({ audioClipIds: z.array(AudioClipIdSchema).min(1).max(10_000) }),
  label: ({ audioClipIds }) => deletionLabel('audioClips', audioClipIds),
  apply: (document, { audioClipIds }) => deleteAnchored(document, 'audioClips', audioClipIds),
})

function refuseMedia(document: ProjectDocument, mediaId: MediaId): Rejection | null {
  const media = findRecord(document.media, mediaId, 'sound')
  if ('rejected' in media) return media
  return media.kind === 'image' ? refuse('not-possible', `“${media.displayName}” is a picture and has no sound.`, 'Choose a sound or a video.') : null
}
