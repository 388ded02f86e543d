/** Refuses a generation that the device's memory cannot hold, before an hour of steps shows it. */
import { NOT_ADMITTED, shortageRemedy, shortageText } from '#core/devices/memory-advice.ts'
import { StudioError } from '#core/errors.ts'

export interface AdmissionRequest {
  readonly packName: string
  /** Peak of the pack at the asked size, from its manifest, weights included. */
  readonly neededBytes: number
  /** Sizes that need less, for advice; empty where there is none. */
  readonly smallerSizes: readonly { readonly width: number; readonly height: number; readonly memoryBytes: number }[]
  /** What this process may still allocate on the device; null where the device does not tell, and everything is admitted. */
  readonly availableBytes: number | null
  /** What it already holds of the pack: that counts as free. */
  readonly residentBytes: number
}

/** Throws OUT_OF_MEMORY with both numbers. */
export function admit({ packName, neededBytes, smallerSizes, availableBytes, residentBytes }: AdmissionRequest): void {
  if (availableBytes === null) return
  const freeBytes = availableBytes + residentBytes
  if (neededBytes <= freeBytes) return
  const shortage = { packName, neededBytes, freeBytes, sizes: smallerSizes }
  throw new StudioError({ code: 'OUT_OF_MEMORY', message: shortageText(shortage), remedy: shortageRemedy(shortage), detail: NOT_ADMITTED })
}
