/** What a migration is: one step from a schema version to the next, on JSON that no schema has checked yet. */

export type JsonObject = Readonly<Record<string, unknown>>

/** Reads defensively: what it cannot make sense of it passes on, and today's schema then names the field. */
export type Migration = (document: JsonObject) => JsonObject
