/** What the check of an export can find. */
import type { ShotId } from '../document/ids.ts'

/** An error blocks the export, a warning asks for a decision, a hint only informs. */
export type LintSeverity = 'error' | 'warning' | 'hint'

export type LintCode =
  | 'EMPTY_SEQUENCE' | 'MISSING_TAKE' | 'STALE_TAKE' | 'DRAFT_TAKE' | 'OFFLINE_MEDIA'
  | 'ASPECT_CROPPED' | 'TOO_SHORT' | 'TOO_LONG' | 'FRAME_RATE' | 'FILE_TOO_LARGE' | 'NO_AUDIO'
  | 'TEXT_TOO_LONG' | 'TEXT_OUTSIDE_SAFE_AREA' | 'TEXT_BEHIND_END' | 'TEXT_TOO_FAST' | 'AI_LABEL' | 'PRESET_UNVERIFIED'

export interface LintFinding {
  readonly severity: LintSeverity
  readonly code: LintCode
  /** What is the matter, with which shot. */
  readonly message: string
  readonly remedy: string
  readonly shotId?: ShotId
}
