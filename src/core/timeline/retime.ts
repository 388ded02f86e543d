/** Takes a document to another frame rate: every length and place keeps its time as nearly as whole frames allow. */
import { withChanges } from '../document/records.ts'
import { LIMITS, type FrameRate, type ProjectDocument } from '../document/schema.ts'
import { convertFrames, isSameRate } from './time.ts'

/** Places and fades may round to 0; lengths stay at least one frame and at most what the schema allows. */
export function retimeDocument(document: ProjectDocument, frameRate: FrameRate): ProjectDocument {
  const { frameRate: oldRate } = document.project
  const project = withChanges(document.project, { frameRate })
  if (isSameRate(oldRate, frameRate)) return { ...document, project }
  const place = (frames: number) => Math.min(100_000_000, convertFrames(frames, oldRate, frameRate, 'round'))
  const length = (frames: number) => Math.max(1, place(frames))
  const shortLength = (frames: number) => Math.min(LIMITS.shotFrames, length(frames))
  const anchored = <R extends { readonly anchor: { readonly shotId: unknown; readonly offsetFrames: number } }>(record: R): R => (
    { ...record, anchor: { ...record.anchor, offsetFrames: place(record.anchor.offsetFrames) } })
  return {
    ...document,
    project,
    shots: mapRecords(document.shots, (shot) => ({ ...shot, durationFrames: shortLength(shot.durationFrames), trimStartFrames: place(shot.trimStartFrames) })),
    transitions: mapRecords(document.transitions, (transition) => ({ ...transition, durationFrames: shortLength(transition.durationFrames) })),
    captions: mapRecords(document.captions, (caption) => ({ ...anchored(caption), durationFrames: shortLength(caption.durationFrames) })),
    titles: mapRecords(document.titles, (title) => ({ ...anchored(title), durationFrames: shortLength(title.durationFrames), fadeFrames: place(title.fadeFrames) })),
    audioClips: mapRecords(document.audioClips, (clip) => ({
      ...anchored(clip), durationFrames: length(clip.durationFrames), trimStartFrames: place(clip.trimStartFrames),
      fadeInFrames: place(clip.fadeInFrames), fadeOutFrames: place(clip.fadeOutFrames),
    })),
    markers: mapRecords(document.markers, anchored),
  }
}

function mapRecords<R>(records: Readonly<Record<string, R>>, change: (record: R) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(records).map(([id, record]) => [id, change(record)]))
}
