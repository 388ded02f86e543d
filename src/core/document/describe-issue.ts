/** Turns the first problem that a schema found into a sentence for people: which field, what is wrong, what is allowed. */
import type { z } from 'zod'

export interface FieldProblem {
  /** "shots.sht_ab12.prompt"; empty for the value itself. */
  readonly path: string
  /** "has 100,000 characters; at most 10,000 are allowed" */
  readonly problem: string
  /** "Shorten it to 10,000 characters." */
  readonly remedy: string
}

/** Describes the first issue of a failed parse; `input` is what was parsed, for the sizes in the sentence. */
export function describeFirstIssue(error: z.ZodError, input: unknown): FieldProblem {
  const issue = error.issues[0]
  if (!issue) return { path: '', problem: 'is not valid', remedy: 'Check the value.' }
  return { path: pathText(issue.path), ...describe(issue, valueAt(input, issue.path)) }
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

function describe(issue: z.core.$ZodIssue, value: unknown): Omit<FieldProblem, 'path'> {
  switch (issue.code) {
    case 'too_big':
      return describeLimit(value, issue.origin, Number(issue.maximum), 'at most')
    case 'too_small':
      return describeLimit(value, issue.origin, Number(issue.minimum), 'at least')
    case 'unrecognized_keys':
      return { problem: `has unknown fields: ${issue.keys.join(', ')}`, remedy: 'Remove them or check their spelling.' }
    case 'invalid_type':
      return value === undefined
        ? { problem: 'is missing', remedy: `Give it a value of type ${issue.expected}.` }
        : { problem: `must be of type ${issue.expected}, not ${typeName(value)}`, remedy: `Give it a value of type ${issue.expected}.` }
    case 'invalid_value':
      return { problem: `must be one of ${issue.values.map(String).join(', ')}`, remedy: 'Choose one of them.' }
    case 'invalid_union':
      return { problem: 'is none of the allowed kinds', remedy: 'Choose one of the allowed kinds.' }
    default:
      return { problem: `is not valid: ${issue.message}`, remedy: 'Correct the value.' }
  }
}

function describeLimit(value: unknown, origin: string, limit: number, bound: 'at most' | 'at least'): Omit<FieldProblem, 'path'> {
  const verb = bound === 'at most' ? 'Shorten' : 'Lengthen'
  if (typeof value === 'string') {
    return { problem: `has ${count(value.length)} characters; ${bound} ${count(limit)} are allowed`, remedy: `${verb} it to ${bound} ${count(limit)} characters.` }
  }
  if (Array.isArray(value)) {
    return { problem: `has ${count(value.length)} entries; ${bound} ${count(limit)} are allowed`, remedy: `Use ${bound} ${count(limit)} entries.` }
  }
  const shown = typeof value === 'number' ? `is ${count(value)}` : `is a ${origin} out of range`
  return { problem: `${shown}; ${bound} ${count(limit)} is allowed`, remedy: `Choose ${bound} ${count(limit)}.` }
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 })
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (
    typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined), input)
}
