/** What a command is: a named, validated, pure step from one document to the next. */
import type { z } from 'zod'
import type { IdByKind, IdKind } from '../document/ids.ts'
import type { ProjectDocument } from '../document/schema.ts'

/** Why an edit was refused; a refusal is expected, so it is returned, not thrown. */
export type RejectionReason = 'invalid-payload' | 'unknown-command' | 'not-found' | 'locked' | 'out-of-range' | 'duplicate' | 'not-possible'

export interface Rejection {
  readonly rejected: RejectionReason
  /** What happened, to which thing. */
  readonly message: string
  /** What to do instead. */
  readonly remedy: string
}

export interface CommandContext {
  /** Fresh ids: randomness arrives as an argument. */
  newId<K extends IdKind>(kind: K): IdByKind[K]
}

export interface CommandDefinition<Payload, Input = unknown> {
  readonly type: string
  /** Input: the payload as callers write it, fields with defaults left out. */
  readonly payload: z.ZodType<Payload, Input>
  /** Who may dispatch it: `engine` for what the program itself adds (takes, media), which never enters the undo history. Absent: `user`. */
  readonly source?: 'user' | 'engine'
  /** For the undo menu: "Delete 2 shots". */
  label(payload: Payload): string
  apply(document: ProjectDocument, payload: Payload, context: CommandContext): ProjectDocument | Rejection
}

/** A command as it travels: validated against its definition when it is dispatched. */
export interface CommandEnvelope {
  readonly type: string
  readonly payload: unknown
}

export function isRejection(outcome: object): outcome is Rejection {
  return 'rejected' in outcome
}

/** Gives a definition its payload type from its schema. */
export function defineCommand<Payload, Input>(definition: CommandDefinition<Payload, Input>): CommandDefinition<Payload, Input> {
  return definition
}
