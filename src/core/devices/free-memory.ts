/** How much memory the device behind an execution provider has free, out of a survey of the machine. */

export interface MachineMemory {
  readonly cards: readonly { readonly vendor: string; readonly freeBytes: number | null }[]
  readonly system: { readonly freeBytes: number }
}

/** Providers that compute in an NVIDIA card's own memory; the runtime takes the first card. */
const ON_NVIDIA_CARD: ReadonlySet<string> = new Set(['cuda', 'tensorrt'])

/** null where nothing tells. */
export function freeBytesOf(provider: string, { cards, system }: MachineMemory): number | null {
  if (provider === 'cpu') return system.freeBytes
  if (!ON_NVIDIA_CARD.has(provider)) return null
  return cards.find(({ vendor }) => vendor === 'NVIDIA')?.freeBytes ?? null
}
