/** Thins a job's progress out: windows need ten pictures of it a second, engines may tell of thousands. */
import type { Progress } from '#contracts/engine-api.ts'
import type { Clock, Timer } from '../clock.ts'

const INTERVAL_MS = 100

export interface ProgressThrottle {
  offer(progress: Progress): void
  stop(): void
}

/** Passes on at most ten a second: the first at once, then the newest when its time has come. */
export function throttleProgress(clock: Clock, pass: (progress: Progress) => void): ProgressThrottle {
  let lastMs = Number.NEGATIVE_INFINITY
  let waiting: Progress | null = null
  let timer: Timer | null = null

  function flush(): void {
    timer = null
    if (waiting === null) return
    const progress = waiting
    waiting = null
    lastMs = clock.monotonicMs()
    pass(progress)
  }

  return {
    offer: (progress) => {
      waiting = progress
      if (timer !== null) return
      const dueMs = lastMs + INTERVAL_MS - clock.monotonicMs()
      if (dueMs <= 0) flush()
      else timer = clock.after(dueMs, flush)
    },
    stop: () => {
      timer?.cancel()
      timer = null
      waiting = null
    },
  }
}
