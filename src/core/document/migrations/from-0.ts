/**
 * Version 0 (before the first release) to 1: lengths and places were float seconds and become frames of the project's rate;
 * `media` did not exist; camera moves had no easing, shots no composition, overrides, angle or trim.
 */
import type { JsonObject } from './migration.ts'

const PLACED = ['captions', 'titles', 'audioClips', 'markers'] as const

export function migrateFrom0(document: JsonObject): JsonObject {
  const { shots, transitions, ...rest } = document
  const framesOf = frameConverter(document['project'])
  const placed = Object.fromEntries(PLACED.map((name) => [name, mapRecords(document[name] ?? {}, (record) => migratePlaced(record, framesOf))]))
  return {
    ...rest,
    ...placed,
    schemaVersion: 1,
    shots: mapRecords(shots, (shot) => migrateShot(shot, framesOf)),
    transitions: mapRecords(transitions ?? {}, (transition) => withDuration(transition, framesOf)),
    takes: document['takes'] ?? {},
    media: document['media'] ?? {},
  }
}

type FramesOf = (seconds: unknown) => unknown

/** Non-numbers pass unchanged, so that the schema reports them where they stand. */
function frameConverter(project: unknown): FramesOf {
  const rate = isObject(project) && isObject(project['frameRate']) ? project['frameRate'] : {}
  const num = rate['num']
  const den = rate['den']
  return (seconds) => (
    typeof seconds === 'number' && typeof num === 'number' && typeof den === 'number' ? Math.round((seconds * num) / den) : seconds)
}

function migrateShot(shot: JsonObject, framesOf: FramesOf): JsonObject {
  const { trimStartSeconds, ...rest } = withDuration(shot, framesOf)
  const camera = rest['camera']
  return {
    angle: null,
    composition: { subjectBoxes: [] },
    overrides: { steps: null, guidanceScale: null },
    ...rest,
    trimStartFrames: trimStartSeconds === undefined ? 0 : framesOf(trimStartSeconds),
    camera: isObject(camera) && camera['kind'] === 'preset' ? { easing: 'linear', ...camera } : camera,
  }
}

function migratePlaced(record: JsonObject, framesOf: FramesOf): JsonObject {
  const { shotId, offsetSeconds, trimStartSeconds, fadeInSeconds, fadeOutSeconds, fadeSeconds, ...rest } = withDuration(record, framesOf)
  const times = { trimStartFrames: trimStartSeconds, fadeInFrames: fadeInSeconds, fadeOutFrames: fadeOutSeconds, fadeFrames: fadeSeconds }
  const converted = Object.entries(times).filter(([, seconds]) => seconds !== undefined).map(([name, seconds]) => [name, framesOf(seconds)])
  return { ...rest, ...Object.fromEntries(converted), anchor: { shotId: shotId ?? null, offsetFrames: framesOf(offsetSeconds ?? 0) } }
}

/** A length of less than half a frame becomes one frame: nothing vanishes by rounding. */
function withDuration(record: JsonObject, framesOf: FramesOf): JsonObject {
  if (!('durationSeconds' in record)) return record
  const { durationSeconds, ...rest } = record
  const frames = framesOf(durationSeconds)
  return { ...rest, durationFrames: frames === 0 ? 1 : frames }
}

function mapRecords(records: unknown, migrate: (record: JsonObject) => JsonObject): unknown {
  if (!isObject(records)) return records
  return Object.fromEntries(Object.entries(records).map(([id, record]) => [id, isObject(record) ? migrate(record) : record]))
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
