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

/** Lies beside project.json and says which revision that file holds: the file itself stays the document and nothing else. */
const NOTE_FILE = 'project.revision.json'
const NoteSchema = z.object({ revision: z.int().min(0), sha256: z.string() })

export interface ReadProject {
  readonly document: ProjectDocument
  /** The revision that the studio last wrote here; 0 where it never did. */
  readonly notedRevision: number
  /** True where the file is the one that was written then; false where somebody edited or replaced it. */
  readonly isAsNoted: boolean
}

/** Throws NOT_FOUND, PROJECT_MALFORMED or PROJECT_NEWER; nothing is changed by reading. */
export function readProjectFile(folder: string): ReadProject {
  const file = projectFile(folder)
  if (!existsSync(file)) {
    throw new StudioError({ code: 'NOT_FOUND', message: `There is no project in ${folder}.`, remedy: 'Choose the folder that holds project.json.' })
  }
  const text = readText(file)
  const note = readNote(folder)
  return { document: parseDocumentText(text), notedRevision: note?.revision ?? 0, isAsNoted: note?.sha256 === hashText(text) }
}

/** Durable when it returns; throws FOLDER_NOT_WRITABLE or DISK_FULL, and then the old file is untouched. */
export function writeProjectFile(folder: string, document: ProjectDocument, revision: number): string {
  const file = projectFile(folder)
  const text = `${canonicalJson(document, 2)}\n`
  writeFileAtomically(file, text)
  writeFileAtomically(join(folder, NOTE_FILE), canonicalJson({ revision, sha256: hashText(text) }, 2))
  return file
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
