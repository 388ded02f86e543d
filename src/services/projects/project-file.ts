/** Reads and writes project.json: canonical text, written whole or not at all, with a note of the revision that it holds. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '#core/document/canonical-json.ts'
import { parseDocumentText } from '#core/document/parse.ts'
import type { ProjectDocument } from '#core/document/schema.ts'
import { StudioError } from '#core/errors.ts'
import { writeFileAtomically } from '../files/atomic-write.ts'
import { fileError } from '../files/file-errors.ts'
import { hashText } from '../files/hash-file.ts'
import { projectFile } from './project-folder.ts'

/** Real projects are a few megabytes; what is larger is no project of ours. */
const MAX_BYTES = 256 * 1024 * 1024

/** What a project.json is known by: the revision that it holds, and its text. */
export interface SavedState {
  readonly revision: number
  readonly sha256: string
}

/**
 * Lies beside project.json and says which revision that file holds: the file itself stays the document and nothing else.
 * It is written first and names what was there and what comes, so that a crash at any moment leaves no doubt.
 */
const NOTE_FILE = 'project.revision.json'
const StateSchema = z.object({ revision: z.int().min(0), sha256: z.string() })
const NoteSchema = z.object({ before: StateSchema.nullable(), after: StateSchema })

export interface ReadProject {
  readonly document: ProjectDocument
  /** What the studio wrote here; null where somebody edited or replaced the file, or the studio never wrote it. */
  readonly saved: SavedState | null
  /** The newest revision that is known to have been written here; 0 where none is. */
  readonly notedRevision: number
}

/** Throws NOT_FOUND, PROJECT_MALFORMED or PROJECT_NEWER; nothing is changed by reading. */
export function readProjectFile(folder: string): ReadProject {
  const file = projectFile(folder)
  if (!existsSync(file)) {
    throw new StudioError({ code: 'NOT_FOUND', message: `There is no project in ${folder}.`, remedy: 'Choose the folder that holds project.json.' })
  }
  const text = readText(file)
  const document = parseDocumentText(text)
  const note = readNote(folder)
  const sha256 = hashText(text)
  const saved = [note?.after, note?.before].find((state) => state?.sha256 === sha256) ?? null
  return { document, saved, notedRevision: saved?.revision ?? note?.before?.revision ?? 0 }
}

/** Durable when it returns; throws FOLDER_NOT_WRITABLE or DISK_FULL, and then the old file is untouched. */
export function writeProjectFile(folder: string, document: ProjectDocument, revision: number, before: SavedState | null): SavedState {
  const text = `${canonicalJson(document, 2)}\n`
  const after = { revision, sha256: hashText(text) }
  writeFileAtomically(join(folder, NOTE_FILE), canonicalJson({ before, after }, 2))
  writeFileAtomically(projectFile(folder), text)
  return after
}

/** A note that is missing or broken only means that the file is taken as it is. */
function readNote(folder: string): z.infer<typeof NoteSchema> | null {
  try {
    return NoteSchema.parse(JSON.parse(readFileSync(join(folder, NOTE_FILE), 'utf8')))
  } catch {
    return null
  }
}

function readText(file: string): string {
  try {
    if (statSync(file).size > MAX_BYTES) {
      throw new StudioError({ code: 'PROJECT_MALFORMED', message: `${file} is larger than any project can be.`, remedy: 'Choose the folder of a Shotwright project.' })
    }
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fileError(error, file)
  }
}
