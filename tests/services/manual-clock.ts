/** A clock that stands still until the test moves it. */
import type { Clock } from '#services/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on and calls what is due, in order of its time. */
  advance(ms: number): void
  /** Sets the wall clock alone, as a person or a time server would. */
  setWall(nowMs: number): void
  waiting(): number
}

export function manualClock(startMs = Date.UTC(2026, 10, 22)): ManualClock {
  let wallMs = startMs
  let elapsedMs = 0
  let timers: { readonly dueMs: number; readonly callback: () => void }[] = []
  return {
    nowMs: () => wallMs,
    monotonicMs: () => elapsedMs,
    after: (delayMs, callback) => {
      const timer = { dueMs: elapsedMs + delayMs, callback }
      timers.push(timer)
      return { cancel: () => { timers = timers.filter((other) => other !== timer) } }
    },
    advance: (ms) => {
      const endMs = elapsedMs + ms
      for (;;) {
        const next = timers.filter(({ dueMs }) => dueMs <= endMs).toSorted((left, right) => left.dueMs - right.dueMs)[0]
        if (!next) break
        timers = timers.filter((timer) => timer !== next)
        wallMs += next.dueMs - elapsedMs
        elapsedMs = next.dueMs
        next.callback()
      }
      wallMs += endMs - elapsedMs
      elapsedMs = endMs
    },
    setWall: (nowMs) => { wallMs = nowMs },
    waiting: () => timers.length,
  }
}
