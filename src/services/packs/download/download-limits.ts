/** How patient a download is; tests are less so. */
export interface DownloadLimits {
  /** Without a byte for so long, the connection counts as lost. */
  readonly stallMs: number
  /** Attempts in a row that bring no byte. */
  readonly attempts: number
  /** Pause before attempt `attempt` (2 is the second). */
  readonly backoffMs: (attempt: number) => number
  /** Room that a download leaves on the disk. */
  readonly spareBytes: number
  /** How often a waiting process looks whether another one has finished. */
  readonly lockPollMs: number
}

const LONGEST_PAUSE_MS = 60_000
/** What a server may ask for with Retry-After. */
export const LONGEST_ASKED_PAUSE_MS = 600_000

export const DEFAULT_LIMITS: DownloadLimits = Object.freeze({
  stallMs: 30_000, attempts: 8, spareBytes: 512 * 2 ** 20, lockPollMs: 500,
  backoffMs: (attempt: number) => Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.max(0, attempt - 2)),
})
