/** The one way in which documents change: validate, apply, repair, check, and say what changed. */
import { changesOf } from '../document/changes.ts'
import { describeFirstIssue } from '../document/describe-issue.ts'
import { findInvariantBreaches, repairInvariants } from '../document/invariants.ts'
import { ProjectSchema, type ProjectDocument } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { COLLECTIONS, diffDocuments, isEmptyDiff, type DocumentDiff } from '../history/diff.ts'
import { RECORD_SCHEMAS } from '../history/diff-schema.ts'
import { isRejection, type CommandContext, type CommandEnvelope, type Rejection } from './command.ts'
import { refuse } from './refusal.ts'
import { findCommand } from './registry.ts'

export interface Edit {
  readonly document: ProjectDocument
  /** Empty where the command changed nothing. */
  readonly diff: DocumentDiff
  /** For the undo menu. */
  readonly label: string
  /** Only `user` edits enter the undo history. */
  readonly source: 'user' | 'engine'
}

/**
 * Applies one command. Returns the edit, or the refusal; the given document never changes. Costs follow what the command
 * touches: only changed records are checked, and only the invariants that they can break.
 */
export function dispatch(document: ProjectDocument, envelope: CommandEnvelope, context: CommandContext): Edit | Rejection {
  const definition = findCommand(envelope.type)
  if (!definition) return refuse('unknown-command', `There is no command “${String(envelope.type).slice(0, 60)}”.`, 'Use a command of the registry.')
  const payload = definition.payload.safeParse(envelope.payload)
  if (!payload.success) {
    const { path, problem, remedy } = describeFirstIssue(payload.error, envelope.payload)
    return refuse('invalid-payload', `${definition.type}: ${path === '' ? 'the payload' : path} ${problem}.`, remedy)
  }
  const applied = definition.apply(document, payload.data, context)
  if (isRejection(applied)) return applied
  return finishEdit(document, applied, definition.label(payload.data), definition.source ?? 'user')
}

/** Applies several commands as one edit: all of them, or, if one is refused, none. */
export function dispatchAll(document: ProjectDocument, envelopes: readonly CommandEnvelope[], context: CommandContext, label?: string): Edit | Rejection {
  let current = document
  let last: Edit | null = null
  for (const envelope of envelopes) {
    const edit = dispatch(current, envelope, context)
    if (isRejection(edit)) return edit
    current = edit.document
    last = edit
  }
  return { document: current, diff: diffDocuments(document, current), label: label ?? last?.label ?? 'Edit', source: last?.source ?? 'user' }
}

function finishEdit(document: ProjectDocument, applied: ProjectDocument, label: string, source: 'user' | 'engine'): Edit | Rejection {
  const appliedDiff = diffDocuments(document, applied)
  if (isEmptyDiff(appliedDiff)) return { document, diff: appliedDiff, label, source }
  const repaired = repairInvariants(applied, changesOf(appliedDiff))
  const diff = repaired === applied ? appliedDiff : diffDocuments(document, repaired)
  const refusal = refuseRecords(diff)
  if (refusal) return refusal
  // Repair gives the document back untouched only where every invariant held: nothing is left to check then.
  const breaches = repaired === applied ? [] : findInvariantBreaches(repaired, changesOf(diff))
  if (breaches.length > 0) {
    throw new StudioError({
      code: 'INTERNAL', message: `“${label}” would have broken the project and was not carried out.`,
      remedy: 'Nothing was changed. Please report what you did.', detail: breaches.join('; '),
    })
  }
  return { document: repaired, diff, label, source }
}

/** A command that makes a record out of bounds (a sequence of too many shots) is refused: the schema has the last word. */
function refuseRecords(diff: DocumentDiff): Rejection | null {
  if (diff.project) {
    const refusal = refuseRecord('project', ProjectSchema, diff.project[1])
    if (refusal) return refusal
  }
  for (const name of COLLECTIONS) {
    const own = diff.collections[name]
    if (!own) continue
    for (const record of [...Object.values(own.added), ...Object.values(own.updated).map(([, to]) => to)]) {
      const refusal = refuseRecord(name, RECORD_SCHEMAS[name], record)
      if (refusal) return refusal
    }
  }
  return null
}

function refuseRecord(name: string, schema: (typeof RECORD_SCHEMAS)[keyof typeof RECORD_SCHEMAS] | typeof ProjectSchema, record: unknown): Rejection | null {
  const parsed = schema.safeParse(record)
  if (parsed.success) return null
  const { path, problem, remedy } = describeFirstIssue(parsed.error, record)
  return refuse('out-of-range', `${name}: ${path} ${problem}.`, remedy)
}
