/** What the command line prints: sentences for people, or one JSON document with --json; progress goes to stderr. */
import type { StudioError } from '#core/errors.ts'

export interface Output {
  readonly isJson: boolean
  /** A line for people; silent with --json. */
  line(text: string): void
  /** The command's result; printed only with --json. */
  result(value: unknown): void
  /** A status line that overwrites itself on a terminal and is printed at whole steps elsewhere. */
  progress(text: string): void
  /** A part of the work has begun: a line where no status line can overwrite itself. */
  step(text: string): void
  /** Ends the status line. */
  progressDone(text: string): void
  error(error: StudioError): void
}

export interface OutputStreams {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean | undefined; readonly columns?: number | undefined }
}

export function createOutput(isJson: boolean, streams: OutputStreams): Output {
  const isTerminal = streams.stderr.isTTY === true
  let lastPrinted = ''
  function status(text: string, isFinal: boolean): void {
    if (isJson) return
    if (isTerminal) {
      streams.stderr.write(`\r\u001B[2K${text.slice(0, (streams.stderr.columns ?? 100) - 1)}${isFinal ? '\n' : ''}`)
    } else if (isFinal && text !== lastPrinted) {
      lastPrinted = text
      streams.stderr.write(`${text}\n`)
    }
  }
  return {
    isJson,
    line: (text) => { if (!isJson) streams.stdout.write(`${text}\n`) },
    result: (value) => { if (isJson) streams.stdout.write(`${JSON.stringify(value, null, 2)}\n`) },
    progress: (text) => status(text, false),
    step: (text) => { if (!isTerminal) status(text, true) },
    progressDone: (text) => status(text, true),
    error(error) {
      if (isJson) streams.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message, remedy: error.remedy, detail: error.detail } }, null, 2)}\n`)
      else streams.stderr.write(`${isTerminal ? '\r\u001B[2K' : ''}${error.message}\n${error.remedy}\n${error.detail ? `(${error.code}) ${error.detail}\n` : `(${error.code})\n`}`)
    },
  }
}

/** "2 min 5 s", "9 s". */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** A bar of 24 cells for a fraction between 0 and 1. */
export function progressBar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * 24)
  return `[${'█'.repeat(filled)}${'·'.repeat(24 - filled)}]`
}
