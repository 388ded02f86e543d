/** The playhead: one number that changes sixty times a second, so it lives outside React and is drawn by whoever subscribes. */
import type { Unsubscribe } from '#contracts/transport.ts'

export class Playhead {
  #frame = 0
  #totalFrames = 0
  readonly #listeners = new Set<(frame: number) => void>()

  get frame(): number {
    return this.#frame
  }

  get totalFrames(): number {
    return this.#totalFrames
  }

  get lastFrame(): number {
    return Math.max(0, this.#totalFrames - 1)
  }

  /** Moves to a frame of the sequence, kept inside it. */
  seek(frame: number): void {
    const next = Math.max(0, Math.min(this.lastFrame, Math.round(frame)))
    if (next === this.#frame) return
    this.#frame = next
    this.#tell()
  }

  setTotal(totalFrames: number): void {
    if (this.#totalFrames === totalFrames) return
    this.#totalFrames = totalFrames
    this.#frame = Math.min(this.#frame, this.lastFrame)
    this.#tell()
  }

  subscribe(listener: (frame: number) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener(this.#frame)
  }
}
