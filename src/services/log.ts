/** Where services write what happened, for people who look into a problem. */

export type LogLevel = 'info' | 'warn' | 'error'

export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** A log that keeps nothing. */
export const silentLog: Log = Object.freeze({ write: () => {} })

/** A log that writes one line a message through `writeLine`, with stacks of errors among the fields. */
export function lineLog(writeLine: (line: string) => void): Log {
  return {
    write: (level, message, fields) => {
      const tail = fields === undefined ? '' : ` ${JSON.stringify(fields, plainError)}`
      writeLine(`${new Date().toISOString()} ${level} ${message}${tail}`)
    },
  }
}

function plainError(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause } : value
}
