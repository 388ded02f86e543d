/** Time as an argument: services ask this port, so that tests decide what time it is. */

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Wall clock, milliseconds since 1970; may jump. */
  nowMs(): number
  /** Never goes back; for durations. */
  monotonicMs(): number
  /** Calls back once after the delay. A waiting timer does not keep the process alive. */
  after(delayMs: number, callback: () => void): Timer
}

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs)
      timer.unref()
      return { cancel: () => clearTimeout(timer) }
    },
  }
}

/** The clock's time as ISO 8601, as records store it. */
export function timestamp(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString()
}
