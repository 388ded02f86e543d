/** Ctrl+C as people mean it: the first asks the program to end well, a later one to end at once. */

/** A terminal sends Ctrl+C to every process of the group, and npm and the starter pass it on as well: one press arrives several times. */
const SAME_PRESS_MS = 1_000

export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

export interface Interrupts {
  /** Called once, at the first signal. */
  readonly onFirst: () => void
  /** Called when the person asks again. */
  readonly onAgain: () => void
  readonly source?: SignalSource
  readonly monotonicMs?: () => number
}

export function watchInterrupts({ onFirst, onAgain, source = process, monotonicMs = () => performance.now() }: Interrupts): void {
  let firstMs: number | null = null
  function receive(): void {
    if (firstMs === null) {
      firstMs = monotonicMs()
      onFirst()
    } else if (monotonicMs() - firstMs > SAME_PRESS_MS) onAgain()
  }
  source.on('SIGINT', receive)
  source.on('SIGTERM', receive)
}
