/** Completes the manifest that the catalogue has for a community folder with the sizes and hashes of the files that are really there. */
import { PackManifestSchema, type PackManifest } from '#contracts/pack-manifest.ts'
import type { CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { StudioError } from '#core/errors.ts'
import type { FileFingerprint } from '../files/hash-file.ts'

interface TemplateComponent {
  readonly file: string
  readonly externalData?: readonly string[]
}

/** Throws PACK_MALFORMED where a file is missing or the result is no manifest. Optional files that are not there are left out. */
export function completeManifest(entry: CatalogueEntry, measured: ReadonlyMap<string, FileFingerprint>): PackManifest {
  const template = entry.manifest as { readonly components?: Readonly<Record<string, TemplateComponent>> } | null
  const components = Object.fromEntries(Object.entries(template?.components ?? {}).map(([name, { file, externalData = [] }]) => {
    const print = measured.get(file)
    if (!print) throw malformed(entry, `${file} is missing`)
    const data = externalData.flatMap((dataFile) => {
      const dataPrint = measured.get(dataFile)
      return dataPrint ? [{ file: dataFile, ...dataPrint }] : []
    })
    return [name, { file, ...print, externalData: data }]
  }))
  const outcome = PackManifestSchema.safeParse({ ...template, components })
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]
  throw malformed(entry, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is invalid'}`)
}

function malformed(entry: CatalogueEntry, problem: string): StudioError {
  return new StudioError({ code: 'PACK_MALFORMED', message: `"${entry.name}" does not make a pack: ${problem}.`, remedy: 'Check that the whole folder is there. If it is, report the catalogue entry.' })
}
