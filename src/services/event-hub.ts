/** Hands the studio's events to every connected window. */
import type { z } from 'zod'
import type { EventName } from '#contracts/contract.ts'
import type { StudioContract } from '#contracts/studio-api.ts'
import type { Unsubscribe } from '#contracts/transport.ts'

export type StudioEvent = {
  readonly [E in EventName<StudioContract>]: { readonly name: E; readonly payload: z.input<StudioContract['events'][E]> }
}[EventName<StudioContract>]

export interface EventHub {
  emit(event: StudioEvent): void
  subscribe(listener: (event: StudioEvent) => void): Unsubscribe
}

export function eventHub(onProblem: (error: unknown) => void): EventHub {
  const listeners = new Set<(event: StudioEvent) => void>()
  return {
    emit: (event) => {
      for (const listener of [...listeners]) {
        try {
          listener(event)
        } catch (error) {
          // One window's trouble must not reach the others, nor the work that the event tells of.
          onProblem(error)
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
