/** Numbered migrations: step n turns a document of schema version n into one of version n + 1. */
import { migrateFrom0 } from './migrations/from-0.ts'
import type { JsonObject, Migration } from './migrations/migration.ts'

/** MIGRATIONS[n] leads from version n to n + 1; there is one for every version before today's. */
export const MIGRATIONS: readonly Migration[] = Object.freeze([migrateFrom0])

/** Brings a document of `fromVersion` to today's version; each step sets its own `schemaVersion`. */
export function migrateDocument(document: JsonObject, fromVersion: number): JsonObject {
  return MIGRATIONS.slice(fromVersion).reduce((migrated, migrate) => migrate(migrated), document)
}
