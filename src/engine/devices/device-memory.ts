/** How much memory the device of a provider can still give, where the system tells. */
import { totalmem } from 'node:os'
import type { DeviceSurvey } from '#contracts/engine-api.ts'
import { freeBytesOf } from '#core/devices/free-memory.ts'
import type { GraphicsCards } from './graphics-cards.ts'

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
  async function survey(): Promise<DeviceSurvey> {
    return { cards: [...await cards.list()], system: { freeBytes: availableBytes(), totalBytes: totalmem() } }
  }
  return {
    survey,
    // A generation on the CPU need not wait for a driver to answer.
    freeBytes: async (provider) => (provider === 'cpu' ? availableBytes() : freeBytesOf(provider, await survey())),
  }
}
