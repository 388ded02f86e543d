/** How an error crosses a process border: code, message and remedy travel; stacks and causes stay where they happened. */
import { z } from 'zod'
import { STUDIO_ERROR_CODES, StudioError, type StudioErrorCode } from '#core/errors.ts'
import type { WireError } from './transport.ts'

const TEXT_LIMIT = 4_000
const KNOWN_CODES: ReadonlySet<string> = new Set(STUDIO_ERROR_CODES)
const WireErrorSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string(), detail: z.string().optional() })

/** Any thrown value as a wire error. What is not a StudioError becomes INTERNAL, with its message as the detail. */
export function toWireError(error: unknown): WireError {
  if (error instanceof StudioError) {
    const wire = { code: error.code, message: withoutStack(error.message), remedy: withoutStack(error.remedy) }
    return error.detail === undefined ? wire : { ...wire, detail: withoutStack(error.detail) }
  }
  return {
    code: 'INTERNAL',
    message: 'The studio met an error that it did not expect.',
    remedy: 'Try again. If it happens again, send the log with a report.',
    detail: withoutStack(describe(error)),
  }
}

/** The StudioError that a wire error stands for; a malformed or unknown one becomes INTERNAL. */
export function fromWireError(wire: unknown): StudioError {
  const parsed = WireErrorSchema.safeParse(wire)
  if (!parsed.success) {
    return new StudioError({
      code: 'INTERNAL',
      message: 'The other side reported an error that could not be read.',
      remedy: 'Try again. If it happens again, send the log with a report.',
    })
  }
  const { code, message, remedy, detail } = parsed.data
  const known: StudioErrorCode = KNOWN_CODES.has(code) ? (code as StudioErrorCode) : 'INTERNAL'
  return new StudioError({ code: known, message, remedy, ...(detail === undefined ? {} : { detail }) })
}

function describe(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`
  return typeof error === 'string' ? error : `A thrown ${typeof error}`
}

/** Stack lines can sit inside messages of wrapped errors; none of them is for the other side. */
function withoutStack(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s+at\s.*(:\d+|\))\s*$/.test(line))
  return lines.join('\n').slice(0, TEXT_LIMIT)
}
