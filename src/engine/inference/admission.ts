/** Refuses a generation that the machine's memory cannot hold, before an hour of steps shows it. */
import { StudioError } from '#core/errors.ts'

export interface AdmissionRequest {
  readonly packName: string
  /** Peak of the pack at the asked size, from its manifest, weights included. */
  readonly neededBytes: number
  /** Sizes that need less, for advice; empty where there is none. */
  readonly smallerSizes: readonly { readonly width: number; readonly height: number; readonly memoryBytes: number }[]
  /** What this process may still allocate, and what it already holds of the pack. */
  readonly availableBytes: number
  readonly residentBytes: number
}

/**
 * Throws OUT_OF_MEMORY with both numbers. Only for providers that compute in the machine's own memory:
 * how much a graphics card has free is not told to Node.
 */
export function admit(request: AdmissionRequest): void {
  const freeBytes = request.availableBytes + request.residentBytes
  if (request.neededBytes <= freeBytes) return
  const fitting = request.smallerSizes.filter(({ memoryBytes }) => memoryBytes <= freeBytes).map(({ width, height }) => `${width} x ${height}`)
  throw new StudioError({
    code: 'OUT_OF_MEMORY',
    message: `The pack "${request.packName}" needs ${gigabytes(request.neededBytes)} at this size; ${gigabytes(freeBytes)} is free.`,
    remedy: fitting.length > 0 ? `Choose the size ${fitting.join(' or ')}, or close other programs.` : 'Close other programs, or choose a smaller pack.',
  })
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
