/** Branded identifiers: a ShotId can never be passed where a TakeId is meant. */
import { z } from 'zod'

const idText = z.string().regex(/^[a-z]+_[0-9a-zA-Z-]{4,64}$/, 'an id is a prefix, an underscore and 4-64 letters, digits or dashes')

export const ProjectIdSchema = idText.brand<'ProjectId'>()
export const SequenceIdSchema = idText.brand<'SequenceId'>()
export const ShotIdSchema = idText.brand<'ShotId'>()
export const TakeIdSchema = idText.brand<'TakeId'>()
export const TransitionIdSchema = idText.brand<'TransitionId'>()
export const CaptionIdSchema = idText.brand<'CaptionId'>()
export const TitleIdSchema = idText.brand<'TitleId'>()
export const AudioClipIdSchema = idText.brand<'AudioClipId'>()
export const MarkerIdSchema = idText.brand<'MarkerId'>()
export const MediaIdSchema = idText.brand<'MediaId'>()
export const JobIdSchema = idText.brand<'JobId'>()

export type ProjectId = z.infer<typeof ProjectIdSchema>
export type SequenceId = z.infer<typeof SequenceIdSchema>
export type ShotId = z.infer<typeof ShotIdSchema>
export type TakeId = z.infer<typeof TakeIdSchema>
export type TransitionId = z.infer<typeof TransitionIdSchema>
export type CaptionId = z.infer<typeof CaptionIdSchema>
export type TitleId = z.infer<typeof TitleIdSchema>
export type AudioClipId = z.infer<typeof AudioClipIdSchema>
export type MarkerId = z.infer<typeof MarkerIdSchema>
export type MediaId = z.infer<typeof MediaIdSchema>
export type JobId = z.infer<typeof JobIdSchema>

/** The prefix that each kind of id carries, so that an id tells what it names wherever it is read. */
export const ID_PREFIXES = Object.freeze({
  project: 'prj',
  sequence: 'seq',
  shot: 'sht',
  take: 'tak',
  transition: 'trn',
  caption: 'cap',
  title: 'ttl',
  audioClip: 'aud',
  marker: 'mrk',
  media: 'med',
  job: 'job',
} as const)

export type IdKind = keyof typeof ID_PREFIXES

export interface IdByKind {
  readonly project: ProjectId
  readonly sequence: SequenceId
  readonly shot: ShotId
  readonly take: TakeId
  readonly transition: TransitionId
  readonly caption: CaptionId
  readonly title: TitleId
  readonly audioClip: AudioClipId
  readonly marker: MarkerId
  readonly media: MediaId
  readonly job: JobId
}

/** Makes an id of one kind from random text that the caller supplies (randomness arrives as an argument). */
export function makeId<K extends IdKind>(kind: K, random: string): IdByKind[K] {
  return `${ID_PREFIXES[kind]}_${random}` as unknown as IdByKind[K]
}
