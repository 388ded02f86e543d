/** What one comparison with the reference gave, and the limits that issue 4 sets. */

export interface Parity {
  readonly family: string
  readonly name: string
  /** null where a case says nothing of it. */
  readonly areTokenIdsEqual: boolean | null
  /** Of samples after a scheduler step with the reference's velocity: largest difference over the largest magnitude. */
  readonly stepDifference: number | null
  /** Of the final latents: largest difference over the largest magnitude. */
  readonly latentDifference: number | null
  /** Mean difference of the decoded frames in 8-bit levels. */
  readonly frameDifference: number | null
  /** What went wrong before anything could be compared. */
  readonly problem: string | null
}

export const LIMITS = Object.freeze({ step: 1e-5, latents: 1e-3, frames: 1 })

export function parityOf(family: string, name: string, measured: Partial<Omit<Parity, 'family' | 'name'>>): Parity {
  return { family, name, areTokenIdsEqual: null, stepDifference: null, latentDifference: null, frameDifference: null, problem: null, ...measured }
}

/** Differences that are no number are misses. */
export function isMet({ areTokenIdsEqual, stepDifference, latentDifference, frameDifference, problem }: Parity): boolean {
  return problem === null && areTokenIdsEqual !== false && isWithin(stepDifference, LIMITS.step) && isWithin(latentDifference, LIMITS.latents) && isWithin(frameDifference, LIMITS.frames)
}

function isWithin(value: number | null, limit: number): boolean {
  return value === null || value <= limit
}
