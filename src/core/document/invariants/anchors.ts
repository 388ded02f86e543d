/** Invariant: captions, titles, audio clips and markers hang on a shot of their sequence, or on the sequence itself. */
import { withoutRecords, withRecords } from '../records.ts'
import type { AudioClip, Caption, Marker, ProjectDocument, Title } from '../schema.ts'
import type { Invariant } from './invariant.ts'

const ANCHORED = ['captions', 'titles', 'audioClips', 'markers'] as const
type Anchored = Caption | Title | AudioClip | Marker

export const anchorsInvariant: Invariant = {
  claim: 'an anchored record belongs to an existing sequence and, where it names a shot, to that shot’s sequence',
  isTouchedBy: (changes) =>
    changes.areShotsAddedOrRemoved || changes.shotFields.has('sequenceId') || changes.collections.has('sequences')
    || ANCHORED.some((name) => changes.collections.has(name)),
  findBreaches: (document) => ANCHORED.flatMap((name) => {
    const { lost, moved } = findRepairs(document, name)
    return [
      ...lost.map((id) => `${name} record ${id} hangs on a shot or sequence that does not exist`),
      ...moved.map((record) => `${name} record ${record.id} belongs to another sequence than its shot`),
    ]
  }),
  repair: (document) => ANCHORED.reduce<ProjectDocument>((repaired, name) => {
    const { lost, moved } = findRepairs(document, name)
    return withRecords(withoutRecords(repaired, name, lost), name, moved as never[])
  }, document),
}

/** What hung on a deleted shot goes with it: the same diff removes both, so one undo brings both back. */
function findRepairs(document: ProjectDocument, name: (typeof ANCHORED)[number]): { readonly lost: string[]; readonly moved: Anchored[] } {
  const lost: string[] = []
  const moved: Anchored[] = []
  for (const record of Object.values(document[name]) as Anchored[]) {
    const { shotId } = record.anchor
    const sequenceId = shotId === null ? record.sequenceId : document.shots[shotId]?.sequenceId
    if (sequenceId === undefined || !document.sequences[sequenceId]) lost.push(record.id)
    else if (sequenceId !== record.sequenceId) moved.push({ ...record, sequenceId })
  }
  return { lost, moved }
}
