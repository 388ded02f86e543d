/** Exit codes of the command line, so that scripts can tell one failure from another. */
import type { StudioErrorCode } from '#core/errors.ts'

export const EXIT = Object.freeze({ ok: 0, internal: 1, invalidInput: 2, jobFailed: 3, notFound: 4, environment: 5, cancelled: 130 })

/** Every code: one that is new has to be given its place. */
const BY_CODE: Readonly<Record<StudioErrorCode, number>> = {
  INVALID_INPUT: EXIT.invalidInput, CONTRACT_VIOLATED: EXIT.invalidInput, FILE_EXISTS: EXIT.invalidInput, EXPORT_BLOCKED: EXIT.invalidInput,
  SHOT_LOCKED: EXIT.invalidInput, NOT_FOUND: EXIT.notFound, PROJECT_MALFORMED: EXIT.notFound, PROJECT_NEWER: EXIT.notFound,
  PROJECT_LOCKED: EXIT.notFound, PACK_UNKNOWN: EXIT.notFound, LICENCE_NOT_ACCEPTED: EXIT.invalidInput, DOWNLOAD_FAILED: EXIT.jobFailed, PACK_MALFORMED: EXIT.environment, MODEL_MISSING: EXIT.environment,
  MODEL_CORRUPT: EXIT.environment, PROVIDER_UNAVAILABLE: EXIT.environment, FFMPEG_MISSING: EXIT.environment, DISK_FULL: EXIT.environment,
  FOLDER_NOT_WRITABLE: EXIT.environment, LIBRARY_CORRUPT: EXIT.environment, LIBRARY_NEWER: EXIT.environment, OUT_OF_MEMORY: EXIT.jobFailed,
  ENGINE_CRASHED: EXIT.jobFailed, INFERENCE_FAILED: EXIT.jobFailed, FFMPEG_FAILED: EXIT.jobFailed, MEDIA_MISSING: EXIT.jobFailed, MEDIA_CORRUPT: EXIT.jobFailed,
  MODEL_UNSUPPORTED: EXIT.invalidInput, NOT_READY: EXIT.jobFailed, ENGINE_UNAVAILABLE: EXIT.environment,
  METHOD_UNKNOWN: EXIT.internal, DISCONNECTED: EXIT.internal, INTERNAL: EXIT.internal,
}

export function exitCodeOf(code: StudioErrorCode): number {
  return BY_CODE[code]
}
