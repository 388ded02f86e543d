/** What an invariant is: a claim about whole documents that every edit keeps, with its check and its repair. */
import type { DocumentChanges } from '../changes.ts'
import type { ProjectDocument } from '../schema.ts'

export interface Invariant {
  readonly claim: string
  /** False only where an edit with these changes cannot have broken the claim. */
  isTouchedBy(changes: DocumentChanges): boolean
  /** One sentence a breach; empty where the claim holds. */
  findBreaches(document: ProjectDocument): string[]
  /** The nearest document that keeps the claim; the same object where it holds already. */
  repair(document: ProjectDocument): ProjectDocument
}
