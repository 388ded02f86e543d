/** A catalogue over the tiny packs, served by the local server: one entry of each kind, and one whose licence has limits. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogueEntry, CatalogueFile } from '#contracts/pack-catalogue.ts'
import { FIXTURE_PACKS } from '../services/studio-harness.ts'
import type { PackServer } from './pack-server.ts'

const FIGURE = { bytes: null, source: 'Unknown in a test.' }
const LICENCE = { spdx: 'Apache-2.0', name: 'Apache License 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0', excludedRegions: [], revenueLimit: null, notes: [] }

export const TINY = join(FIXTURE_PACKS, 'tiny-wan')

/** Small and quick enough for tests that cut in the middle. */
export const TEST_LIMITS = Object.freeze({ stallMs: 20_000, attempts: 3, backoffMs: () => 0, spareBytes: 0, lockPollMs: 5 })

export function entryOf(id: string, changes: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id, packId: 'tiny-wan', name: `Tiny (${id})`, family: 'wan', goodFor: 'Tests.', kind: 'download', download: FIGURE, disk: FIGURE,
    memory: [{ width: 32, height: 32, frames: 9, bytes: null, source: 'Unknown in a test.' }], licence: LICENCE,
    source: { host: 'huggingface', repository: `owner/${id}`, revision: 'main', note: '' }, files: filesOf(TINY), manifest: null, steps: [], caveat: null, ...changes,
  }
}

export function filesOf(folder: string): CatalogueFile[] {
  return readdirSync(folder).toSorted().map((file) => {
    const content = readFileSync(join(folder, file))
    return { file, path: file, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') }
  })
}

/** The tiny pack as somebody else's folder: no manifest, no hashes known. */
export function communityEntry(id = 'community'): CatalogueEntry {
  const { components, ...manifest } = JSON.parse(readFileSync(join(TINY, 'pack.json'), 'utf8')) as { readonly components: Readonly<Record<string, { readonly file: string }>> }
  return entryOf(id, {
    kind: 'community', files: [...filesOf(TINY).filter(({ file }) => file !== 'pack.json').map(({ file, path }) => ({ file, path, bytes: null, sha256: null })), { file: 'transformer.onnx.data', path: 'transformer.onnx.data', bytes: null, sha256: null, isOptional: true }],
    manifest: { ...manifest, components: Object.fromEntries(Object.entries(components).map(([name, { file }]) => [name, { file, externalData: name === 'transformer' ? ['transformer.onnx.data'] : [] }])) } as unknown as NonNullable<CatalogueEntry['manifest']>,
  })
}

export const ENTRIES: readonly CatalogueEntry[] = [
  entryOf('tiny'),
  communityEntry(),
  entryOf('limited', { licence: { ...LICENCE, name: 'Limited Licence', excludedRegions: ['Atlantis'], revenueLimit: 'Companies of more than 10 million need another licence.' } }),
  entryOf('made-here', { kind: 'export', files: [], packId: 'made-here', steps: ['Download the folder.', 'Run the exporter.'] }),
]

export function writeCatalogue(file: string, entries: readonly CatalogueEntry[] = ENTRIES): string {
  writeFileSync(file, JSON.stringify({ formatVersion: 1, asOf: '2026-11-22', entries }))
  return file
}

/** Offers the tiny pack's files where the entries look for them. */
export function serveTiny(server: PackServer, entryIds: readonly string[] = ENTRIES.map(({ id }) => id)): void {
  for (const id of entryIds) {
    for (const file of readdirSync(TINY)) server.put(pathOf(id, file), readFileSync(join(TINY, file)))
  }
}

export function pathOf(entryId: string, file: string): string {
  return `/owner/${entryId}/resolve/main/${file}`
}
