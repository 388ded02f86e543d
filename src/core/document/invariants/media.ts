/** Invariant: what shots and audio clips refer to in the media collection is there. */
import { withoutRecords, withRecords } from '../records.ts'
import type { AudioClip, ProjectDocument, Shot } from '../schema.ts'
import type { Invariant } from './invariant.ts'

export const mediaInvariant: Invariant = {
  claim: 'the media of reference frames and audio clips exist',
  isTouchedBy: (changes) =>
    changes.collections.has('media') || changes.collections.has('audioClips') || changes.areShotsAddedOrRemoved || changes.shotFields.has('references'),
  findBreaches: (document) => [
    ...findDanglingReferences(document).map((shot) => `shot ${shot.id} refers to a picture that does not exist`),
    ...findSilentClips(document).map((clip) => `audio clip ${clip.id} plays media ${clip.mediaId}, which does not exist`),
  ],
  repair: (document) => {
    const kept = (mediaId: Shot['references']['firstFrame']) => (mediaId !== null && document.media[mediaId] ? mediaId : null)
    const shots = findDanglingReferences(document).map((shot) => (
      { ...shot, references: { firstFrame: kept(shot.references.firstFrame), lastFrame: kept(shot.references.lastFrame) } }))
    return withRecords(withoutRecords(document, 'audioClips', findSilentClips(document).map((clip) => clip.id)), 'shots', shots)
  },
}

function findDanglingReferences(document: ProjectDocument): Shot[] {
  return Object.values(document.shots).filter(({ references }) =>
    [references.firstFrame, references.lastFrame].some((mediaId) => mediaId !== null && !document.media[mediaId]))
}

function findSilentClips(document: ProjectDocument): AudioClip[] {
  return Object.values(document.audioClips).filter((clip) => !document.media[clip.mediaId])
}
