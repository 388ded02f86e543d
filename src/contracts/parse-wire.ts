/** Checks what crosses a contract: the message envelope, and values against a row's schema, with the field's path in the error. */
import type { z } from 'zod'
import { StudioError } from '#core/errors.ts'

/** The parts of an arrived message, or null where it is none of ours. */
export function readEnvelope(message: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return null
  const envelope = message as Readonly<Record<string, unknown>>
  return typeof envelope['kind'] === 'string' ? envelope : null
}

/** A call's or an answer's number, or null where it has none. */
export function readId(envelope: Readonly<Record<string, unknown>>): number | null {
  const id = envelope['id']
  return Number.isSafeInteger(id) ? (id as number) : null
}

/**
 * The value as its schema reads it; throws CONTRACT_VIOLATED naming the first field that breaks it.
 * `what` says whose value it is: "input of job.cancel".
 */
export function parseValue<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  let outcome: z.ZodSafeParseResult<z.output<S>>
  try {
    outcome = schema.safeParse(value)
  } catch (error) {
    // A cyclic or endlessly deep value overflows a recursive schema.
    throw violation(what, '', 'it is nested too deeply or refers to itself', error)
  }
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]
  throw violation(what, formatPath(issue?.path ?? []), issue?.message ?? 'it is invalid', undefined)
}

function violation(what: string, path: string, problem: string, cause: unknown): StudioError {
  return new StudioError({
    code: 'CONTRACT_VIOLATED',
    message: `The ${what} was refused: ${path === '' ? '' : `${path}: `}${problem}`,
    remedy: 'Correct the field that is named. If you did not enter it, restart the studio so that both sides are of the same version.',
    cause,
  })
}

/** `shots[2].prompt` for ['shots', 2, 'prompt']. */
function formatPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? String(part) : `.${String(part)}`
  }
  return text.slice(0, 300)
}
