/** Reads a project document from untrusted JSON: older versions are migrated, newer and malformed ones refused. */
import { StudioError } from '../errors.ts'
import { COLLECTIONS } from '../history/diff.ts'
import { describeFirstIssue } from './describe-issue.ts'
import { repairInvariants } from './invariants.ts'
import type { JsonObject } from './migrations/migration.ts'
import { migrateDocument } from './migrations.ts'
import { ProjectDocumentSchema, SCHEMA_VERSION, type ProjectDocument } from './schema.ts'

/** Keys with which JSON could reach into prototypes; no record or field is called so. */
const HOSTILE_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
/** Real documents are nested about eight levels deep. */
const MAX_DEPTH = 32

/**
 * The document that `json` holds. `json` itself is never changed. Throws a StudioError:
 * PROJECT_NEWER for a schema version after this build's, PROJECT_MALFORMED for anything else that is wrong, naming the
 * path of the first problem. Breaches of invariants (a caption on a shot that is gone) are repaired, not refused.
 */
export function parseDocument(json: unknown): ProjectDocument {
  const hostilePath = findHostilePath(json, [])
  if (hostilePath) throw malformed(hostilePath, 'is not allowed in a project')
  if (!isObject(json)) throw malformed('', 'is not an object')
  const version = readVersion(json)
  const migrated = migrateDocument(json, version)
  const parsed = ProjectDocumentSchema.safeParse(migrated)
  if (!parsed.success) {
    const { path, problem } = describeFirstIssue(parsed.error, migrated)
    throw malformed(path, problem)
  }
  checkIds(parsed.data)
  return repairInvariants(parsed.data)
}

/** As `parseDocument`, from the text of a project file. */
export function parseDocumentText(text: string): ProjectDocument {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new StudioError({ code: 'PROJECT_MALFORMED', message: 'The project file is not JSON; it may have been cut short.', remedy: RESTORE, detail, cause })
  }
  return parseDocument(json)
}

const RESTORE = 'Restore a backup of the project, or correct the file in a text editor; it was left as it is.'

function malformed(path: string, problem: string): StudioError {
  const subject = path === '' ? 'The project document' : `The project document is malformed: ${path}`
  return new StudioError({ code: 'PROJECT_MALFORMED', message: `${subject} ${problem}.`, remedy: RESTORE, detail: path })
}

function readVersion(json: JsonObject): number {
  const version = json['schemaVersion']
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) throw malformed('schemaVersion', 'must be a whole number of 0 or more')
  if (version <= SCHEMA_VERSION) return version
  throw new StudioError({
    code: 'PROJECT_NEWER',
    message: `This project was written by a newer Shotwright (format ${version}; this one reads up to ${SCHEMA_VERSION}).`,
    remedy: 'Update Shotwright to open it. The project was left as it is.',
  })
}

/** A record filed under another id than its own would be found by one lookup and missed by the next. */
function checkIds(document: ProjectDocument): void {
  for (const name of COLLECTIONS) {
    for (const [key, record] of Object.entries(document[name])) {
      if (record.id !== key) throw malformed(`${name}.${key}.id`, `is ${record.id}, not the id it is filed under`)
    }
  }
  if (document.project.sequenceIds.every((id) => !document.sequences[id])) throw malformed('project.sequenceIds', 'names no sequence that exists')
}

/** Path of the first hostile key, or of the first value nested too deep; null for harmless values. */
function findHostilePath(value: unknown, path: readonly string[]): string | null {
  if (typeof value !== 'object' || value === null) return null
  if (path.length > MAX_DEPTH) return path.join('.')
  for (const key of Object.keys(value)) {
    if (HOSTILE_KEYS.has(key)) return [...path, key].join('.')
    const child = (value as Record<string, unknown>)[key]
    const found = typeof child === 'object' ? findHostilePath(child, [...path, key]) : null
    if (found) return found
  }
  return null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
