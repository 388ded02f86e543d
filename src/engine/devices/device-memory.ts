/** How much memory the device of a provider can still give, where the system tells. */
import { totalmem } from 'node:os'
import type { DeviceSurvey } from '#contracts/engine-api.ts'
import type { GraphicsCards } from './graphics-cards.ts'

/** Providers that compute in an NVIDIA card's own memory; the runtime takes the first card. */
const ON_NVIDIA_CARD: ReadonlySet<string> = new Set(['cuda', 'tensorrt'])

export interface DeviceMemory {
  /** null where nothing tells: no generation is refused for it then. */
  freeBytes(provider: string): Promise<number | null>
  survey(): Promise<DeviceSurvey>
}

export interface DeviceMemoryOptions {
  readonly cards: GraphicsCards
  /** Default: what the operating system says, limits of a container included. */
  readonly availableBytes?: () => number
}

export function createDeviceMemory({ cards, availableBytes = () => process.availableMemory() }: DeviceMemoryOptions): DeviceMemory {
  return {
    async freeBytes(provider) {
      if (provider === 'cpu') return availableBytes()
      if (!ON_NVIDIA_CARD.has(provider)) return null
      return (await cards.list()).find(({ vendor }) => vendor === 'NVIDIA')?.freeBytes ?? null
    },
    async survey() {
      return { cards: [...await cards.list()], system: { freeBytes: availableBytes(), totalBytes: totalmem() } }
    },
  }
}
