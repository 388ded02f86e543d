/** Bytes into speed and time left, over the last seconds rather than the whole. */
import type { Clock } from '../../clock.ts'

const WINDOW_MS = 8_000

export class ProgressMeter {
  readonly #clock: Clock
  #samples: { readonly atMs: number; readonly bytes: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Bytes done so far; fewer than before starts the measurement anew. */
  note(bytes: number): void {
    const atMs = this.#clock.monotonicMs()
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = []
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, bytes }]
  }

  /** null until there is enough to go by. */
  bytesPerSecond(): number | null {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (!first || !last || last.atMs - first.atMs < 500) return null
    return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1_000
  }

  remainingSeconds(totalBytes: number | null): number | null {
    const speed = this.bytesPerSecond()
    const done = this.#samples.at(-1)?.bytes
    return speed === null || speed <= 0 || totalBytes === null || done === undefined ? null : Math.max(0, (totalBytes - done) / speed)
  }
}
