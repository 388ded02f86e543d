/** New documents and new shots, with the defaults that people start from. */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { secondsToFrames } from '../timeline/time.ts'
import type { IdByKind, IdKind, SequenceId, ShotId } from './ids.ts'
import { LIMITS, SCHEMA_VERSION, type FrameRate, type FrameSize, type ProjectDocument, type Shot } from './schema.ts'

/** Four seconds: long enough for a camera move, short enough for the smallest pack. */
export const DEFAULT_SHOT_SECONDS = 4

export interface NewDocument {
  readonly title: string
  readonly frameRate: FrameRate
  readonly frameSize: FrameSize
  readonly packId: string
  /** Randomness arrives as an argument. */
  readonly newId: <K extends IdKind>(kind: K) => IdByKind[K]
}

/** An empty project with one empty sequence. */
export function createDocument({ title, frameRate, frameSize, packId, newId }: NewDocument): ProjectDocument {
  const sequenceId = newId('sequence')
  return {
    schemaVersion: SCHEMA_VERSION,
    project: { id: newId('project'), title, frameRate, frameSize, sequenceIds: [sequenceId], packId, styleLine: '' },
    sequences: { [sequenceId]: { id: sequenceId, title: 'Sequence 1', shotIds: [] } },
    shots: {}, takes: {}, transitions: {}, captions: {}, titles: {}, audioClips: {}, markers: {}, media: {},
  }
}

export interface NewShot {
  readonly id: ShotId
  readonly sequenceId: SequenceId
  /** The project's rate: the default length is four seconds of it. */
  readonly frameRate: FrameRate
}

/** A shot without words or pictures: static camera at eye level, 35 mm, four seconds, a seed of its own. */
export function defaultShot({ id, sequenceId, frameRate }: NewShot): Shot {
  return {
    id,
    sequenceId,
    name: '',
    prompt: '',
    negativePrompt: '',
    durationFrames: Math.min(LIMITS.shotFrames, Math.max(1, secondsToFrames(DEFAULT_SHOT_SECONDS, frameRate))),
    trimStartFrames: 0,
    seed: seedOf(id),
    shotSize: null,
    angle: null,
    lensMm: 35,
    subjectDistanceM: 3,
    camera: { kind: 'preset', preset: 'static', amount: 0, easing: 'linear' },
    composition: { subjectBoxes: [] },
    references: { firstFrame: null, lastFrame: null },
    continuesFrom: null,
    packId: null,
    overrides: { steps: null, guidanceScale: null },
    selectedTakeId: null,
    isLocked: false,
  }
}

/** The seed a new shot starts with: drawn from its id, so that commands need no second source of randomness. */
export function seedOf(shotId: ShotId): number {
  const digest = sha256(utf8ToBytes(shotId))
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0)
}
