/** Graphics cards that a test decides. */
import type { GraphicsCard } from '#contracts/engine-api.ts'
import type { GraphicsCards } from '#engine/devices/graphics-cards.ts'

export function fakeCards(cards: readonly GraphicsCard[]): GraphicsCards {
  return { list: async () => cards }
}
