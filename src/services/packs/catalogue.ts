/** Reads the catalogue that ships with the studio. */
import { readFileSync } from 'node:fs'
import { CatalogueSchema, type Catalogue, type CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { StudioError } from '#core/errors.ts'

/** Throws PACK_MALFORMED, naming the field. */
export function readCatalogue(file: string): Catalogue {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw malformed(file, 'it cannot be read as JSON', cause)
  }
  const outcome = CatalogueSchema.safeParse(value)
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]
  throw malformed(file, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is invalid'}`, outcome.error)
}

export function requireEntry(catalogue: Catalogue, entryId: string): CatalogueEntry {
  const entry = catalogue.entries.find(({ id }) => id === entryId)
  if (entry) return entry
  throw new StudioError({
    code: 'NOT_FOUND', message: `The catalogue has no entry "${entryId.slice(0, 80)}".`,
    remedy: 'List the catalogue and choose one of its ids.',
  })
}

function malformed(file: string, problem: string, cause: unknown): StudioError {
  return new StudioError({ code: 'PACK_MALFORMED', message: `The catalogue ${file} is malformed: ${problem}.`, remedy: 'Install Shotwright again; installed packs are not affected.', cause })
}
