/** The memory that a generation can have here: the graphics card's where one is in use, else the machine's. */
import { useStore } from 'zustand'
import type { CatalogueAnswer } from '#contracts/studio-api.ts'
import { useStudio } from '../../stores/studio.ts'

export interface Capacity {
  readonly bytes: number
  /** The card's name; null for the machine's own memory. */
  readonly card: string | null
}

export function useCapacity({ machineMemoryBytes }: CatalogueAnswer): Capacity {
  const report = useStore(useStudio().doctor.state, (state) => state.report)
  const largest = report?.cards.reduce<{ readonly name: string; readonly bytes: number } | null>((best, { name, memoryBytes }) => (memoryBytes !== null && memoryBytes > (best?.bytes ?? 0) ? { name, bytes: memoryBytes } : best), null)
  if (!report || !largest || report.device.chosen === null || report.device.chosen === 'cpu') return { bytes: machineMemoryBytes, card: null }
  return { bytes: largest.bytes, card: largest.name }
}
