/** Reads and writes project.json: canonical text, written whole or not at all. */
import { existsSync, readFileSync, statSync } from 'node:fs'
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

export interface ReadProject {
  readonly document: ProjectDocument
  readonly sha256: string
}

export interface WrittenText {
  readonly text: string
  readonly sha256: string
}

/** Throws NOT_FOUND, PROJECT_MALFORMED or PROJECT_NEWER; the file is never changed by reading. */
export function readProjectFile(folder: string): ReadProject {
  const file = projectFile(folder)
  if (!existsSync(file)) {
    throw new StudioError({ code: 'NOT_FOUND', message: `There is no project in ${folder}.`, remedy: 'Choose the folder that holds project.json.' })
  }
  const text = readText(file)
  return { document: parseDocumentText(text), sha256: hashText(text) }
}

/** The text that a document is written as. */
export function projectText(document: ProjectDocument): WrittenText {
  const text = `${canonicalJson(document, 2)}\n`
  return { text, sha256: hashText(text) }
}

export function writeProjectFile(folder: string, text: string): string {
  const file = projectFile(folder)
  writeFileAtomically(file, text)
  return file
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
