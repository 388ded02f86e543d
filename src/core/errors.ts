/** The one error type that people see: what happened, to which thing, and what to do. */

export const STUDIO_ERROR_CODES = [
  'INVALID_INPUT', 'NOT_FOUND', 'PROJECT_MALFORMED', 'PROJECT_NEWER', 'PROJECT_LOCKED', 'LIBRARY_CORRUPT', 'LIBRARY_NEWER',
  'PACK_UNKNOWN', 'PACK_MALFORMED', 'LICENCE_NOT_ACCEPTED', 'DOWNLOAD_FAILED', 'MODEL_MISSING', 'MODEL_CORRUPT', 'MODEL_UNSUPPORTED', 'PROVIDER_UNAVAILABLE',
  'OUT_OF_MEMORY', 'ENGINE_CRASHED', 'ENGINE_UNAVAILABLE', 'INFERENCE_FAILED',
  'MEDIA_MISSING', 'MEDIA_CORRUPT', 'FFMPEG_MISSING', 'FFMPEG_FAILED', 'EXPORT_BLOCKED', 'FILE_EXISTS',
  'FOLDER_NOT_WRITABLE', 'DISK_FULL', 'SHOT_LOCKED', 'NOT_READY', 'METHOD_UNKNOWN', 'CONTRACT_VIOLATED', 'DISCONNECTED', 'INTERNAL',
] as const
export type StudioErrorCode = (typeof STUDIO_ERROR_CODES)[number]

export interface StudioErrorInit {
  readonly code: StudioErrorCode
  /** What happened, to which thing: "Shot 3 needs 9.1 GB; 6.0 GB is free." */
  readonly message: string
  /** What to do about it: "Choose the small pack or lower the frame size." */
  readonly remedy: string
  /** Technical detail for the log and the "details" fold. */
  readonly detail?: string
  readonly cause?: unknown
}

export class StudioError extends Error {
  readonly code: StudioErrorCode
  readonly remedy: string
  readonly detail: string | undefined

  constructor(init: StudioErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'StudioError'
    this.code = init.code
    this.remedy = init.remedy
    this.detail = init.detail
  }
}

/** Thrown by a call whose AbortSignal fired. A cancellation is a result, not an error: nothing is shown for it. */
export class CancelledError extends Error {
  constructor() {
    super('The operation was cancelled.')
    this.name = 'CancelledError'
  }
}

/** Ends an exhaustive switch: reaching it is a programming error that the compiler finds first. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
