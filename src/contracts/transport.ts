/** Messages over any channel (Electron IPC, WebSocket, process messages, memory); contracts know nothing else of their carrier. */

/** Structured-clone-safe values only. */
export type WireMessage =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'cancelled'; readonly id: number }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown }

/** A StudioError as it crosses a process border: code and remedy travel, stacks stay in the log. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly detail?: string
}

export type Unsubscribe = () => void

export interface Transport {
  /** Posting to a closed transport does nothing: the close event tells of it. */
  post(message: WireMessage): void
  onMessage(listener: (message: unknown) => void): Unsubscribe
  /** Called once, when the other side is gone; at once if it is already gone. */
  onClose(listener: (reason: string) => void): Unsubscribe
  close(): void
}
