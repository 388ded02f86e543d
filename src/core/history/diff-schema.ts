/** Reads diffs from untrusted JSON (a journal, another process): every record is checked against its schema. */
import { z } from 'zod'
import { describeFirstIssue } from '../document/describe-issue.ts'
import {
  AudioClipSchema, CaptionSchema, MarkerSchema, MediaSchema, ProjectSchema, SequenceSchema, ShotSchema, TakeSchema, TitleSchema,
  TransitionSchema, type CollectionName,
} from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import type { DocumentDiff } from './diff.ts'

/** The schema of the records of each collection. */
export const RECORD_SCHEMAS = Object.freeze({
  sequences: SequenceSchema,
  shots: ShotSchema,
  takes: TakeSchema,
  transitions: TransitionSchema,
  captions: CaptionSchema,
  titles: TitleSchema,
  audioClips: AudioClipSchema,
  markers: MarkerSchema,
  media: MediaSchema,
}) satisfies Readonly<Record<CollectionName, z.ZodType>>

/** Ids as every record has them; keeps `__proto__` and the like out of the collections. */
const recordId = z.string().regex(/^[a-z]+_[0-9a-zA-Z-]{4,64}$/)

function collectionDiff<S extends z.ZodType>(record: S) {
  return z.strictObject({
    added: z.record(recordId, record),
    updated: z.record(recordId, z.tuple([record, record])),
    removed: z.record(recordId, record),
  }).optional()
}

export const DocumentDiffSchema = z.strictObject({
  project: z.tuple([ProjectSchema, ProjectSchema]).nullable(),
  collections: z.strictObject({
    sequences: collectionDiff(SequenceSchema),
    shots: collectionDiff(ShotSchema),
    takes: collectionDiff(TakeSchema),
    transitions: collectionDiff(TransitionSchema),
    captions: collectionDiff(CaptionSchema),
    titles: collectionDiff(TitleSchema),
    audioClips: collectionDiff(AudioClipSchema),
    markers: collectionDiff(MarkerSchema),
    media: collectionDiff(MediaSchema),
  }),
})

/** The diff that `json` holds; throws PROJECT_MALFORMED naming the first problem. */
export function parseDiff(json: unknown): DocumentDiff {
  const parsed = DocumentDiffSchema.safeParse(json)
  if (parsed.success) return parsed.data as DocumentDiff
  const { path, problem } = describeFirstIssue(parsed.error, json)
  throw new StudioError({
    code: 'PROJECT_MALFORMED', message: `A recorded edit is malformed: ${path} ${problem}.`,
    remedy: 'The edits before it are intact; reopen the project to go on from them.', detail: path,
  })
}
