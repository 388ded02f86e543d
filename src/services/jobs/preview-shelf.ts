/** Which file shows which step of a running job; pages ask for it by job and step, never by path. */

/** Older previews of a job are of no interest to anybody. */
const KEPT_STEPS = 4

export class PreviewShelf {
  readonly #files = new Map<string, Map<number, string>>()

  /** Notes a preview and returns its media path. */
  keep(jobId: string, step: number, file: string): string {
    const steps = this.#files.get(jobId) ?? new Map<number, string>()
    this.#files.set(jobId, steps)
    steps.set(step, file)
    for (const oldest of steps.keys()) {
      if (steps.size <= KEPT_STEPS) break
      steps.delete(oldest)
    }
    return `previews/${jobId}/${step}`
  }

  file(jobId: string, step: number): string | null {
    return this.#files.get(jobId)?.get(step) ?? null
  }

  forget(jobId: string): void {
    this.#files.delete(jobId)
  }
}
