/** Where services write what happened, for people who look into a problem. */

export type LogLevel = 'info' | 'warn' | 'error'

export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** A log that keeps nothing. */
export const silentLog: Log = Object.freeze({ write: () => {} })

/**
 * A log that writes one line a message through `writeLine`, with stacks of errors among the fields. It never throws: what is
 * logged is often that the disk is full, from a timer or an event where nobody could catch the log's own failure.
 */
export function lineLog(writeLine: (line: string) => void): Log {
  return {
    write: (level, message, fields) => {
      try {
        writeLine(`${new Date().toISOString()} ${level} ${message}${fields === undefined ? '' : ` ${fieldsText(fields)}`}`)
      } catch {
        // A line that cannot be written is lost; the work that it tells of is not.
      }
    },
  }
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(fields, plainError)
  } catch {
    // Fields that refer to themselves: their names at least.
    return Object.keys(fields).join(' ')
  }
}

function plainError(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause } : value
}
