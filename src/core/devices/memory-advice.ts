/** What to say where memory is not enough: how much is needed and free, and what would fit instead. */

/** In the detail of OUT_OF_MEMORY: nothing was loaded yet, so trying again with smaller tiles would change nothing. */
export const NOT_ADMITTED = 'not admitted'

export interface MemoryShortage {
  readonly packName: string
  readonly neededBytes: number
  /** null where the device does not tell. */
  readonly freeBytes: number | null
  /** Smaller sizes of the same pack, and other packs that are installed, with the least they need. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly memoryBytes: number }[]
  readonly packs?: readonly { readonly name: string; readonly memoryBytes: number }[]
}

export function shortageText({ packName, neededBytes, freeBytes }: MemoryShortage): string {
  // What the manifest says can be too low for this device: then both numbers would look as if it fitted.
  const free = freeBytes === null ? 'how much is free is not known' : `${gigabytes(freeBytes)} is free${neededBytes > freeBytes ? '' : ', which was not enough'}`
  return `The pack "${packName}" needs ${gigabytes(neededBytes)} at this size; ${free}.`
}

export function shortageRemedy({ neededBytes, freeBytes, sizes, packs = [] }: MemoryShortage): string {
  const limit = Math.min(freeBytes ?? neededBytes - 1, neededBytes - 1)
  const fittingSizes = sizes.filter(({ memoryBytes }) => memoryBytes <= limit).map(({ width, height }) => `${width} x ${height}`)
  const fittingPacks = packs.filter(({ memoryBytes }) => memoryBytes <= limit).map(({ name }) => `"${name}"`)
  const choices = [...(fittingSizes.length > 0 ? [`the size ${fittingSizes.join(' or ')}`] : []), ...(fittingPacks.length > 0 ? [`the pack ${fittingPacks.join(' or ')}`] : [])]
  if (choices.length === 0) return 'Close other programs, or install a smaller pack.'
  return `Choose ${choices.join(', or ')}, or close other programs.`
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
