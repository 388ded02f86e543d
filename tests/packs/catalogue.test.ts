/** The catalogue that ships: every model of the families is in it, its limits are said, nothing is made up, and what it promises can be done. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CatalogueEntrySchema, termsToAccept, type CatalogueEntry } from '#contracts/pack-catalogue.ts'
import { readCatalogue } from '#services/packs/catalogue.ts'
import { completeManifest } from '#services/packs/community-manifest.ts'
import { fileAddress } from '#services/packs/download/address.ts'
import { communityEntry, entryOf } from './shop-fixture.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const { entries } = readCatalogue(join(ROOT, 'resources', 'catalogue', 'packs.json'))
const FINGERPRINT = { bytes: 5, sha256: 'a'.repeat(64) }

function entry(id: string): CatalogueEntry {
  const found = entries.find((candidate) => candidate.id === id)
  if (!found) throw new Error(`No entry ${id}`)
  return found
}

describe('the catalogue', () => {
  it('has the checkpoints of every family', () => {
    expect([...new Set(entries.map(({ family }) => family))].toSorted()).toEqual(['cogvideox', 'hunyuan15', 'ltx', 'wan'])
    for (const id of ['wan2.1-t2v-1.3b', 'wan2.1-t2v-1.3b-onnx', 'fastwan2.2-ti2v-5b', 'wan2.2-ti2v-5b', 'wan2.1-i2v-14b-480p', 'wan2.1-t2v-14b-lightx2v', 'wan2.1-fun-1.3b-camera', 'cogvideox-2b', 'hunyuanvideo-1.5-480p-distilled', 'ltx-video-2b-distilled']) expect(entry(id).goodFor).toMatch(/\w/)
  })

  it('says where a licence does not apply and from which revenue it asks for another', () => {
    expect(entry('hunyuanvideo-1.5-480p-distilled').licence.excludedRegions).toEqual(['European Union', 'United Kingdom', 'South Korea'])
    expect(entry('ltx-video-2b-distilled').licence.revenueLimit).toContain('10 million US dollars')
    expect(entries.filter(({ licence }) => termsToAccept(licence).length > 0).map(({ id }) => id)).toEqual(['hunyuanvideo-1.5-480p-distilled', 'ltx-video-2b-distilled'])
  })

  it('names hashes only together with a revision that cannot move', () => {
    for (const { source, files } of entries) if (files.some(({ sha256 }) => sha256 !== null)) expect(source.revision).toMatch(/^[0-9a-f]{40}$/)
  })

  it('names export manifests that are there', () => {
    const named = entries.flatMap(({ steps }) => steps.flatMap((step) => /--manifest ([\w.-]+)/.exec(step)?.[1] ?? []))
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !existsSync(join(ROOT, 'models', 'export', 'manifests', `${name}.json`)))).toEqual([])
  })

  it('completes the manifest of each community folder, with its external data or without', () => {
    for (const community of entries.filter(({ kind }) => kind === 'community')) {
      const all = new Map(community.files.map(({ file }) => [file, FINGERPRINT]))
      expect(completeManifest(community, all).components.transformer.externalData.length).toBeGreaterThan(0)
      const needed = new Map(community.files.filter(({ isOptional }) => !isOptional).map(({ file }) => [file, FINGERPRINT]))
      expect(completeManifest(community, needed)).toMatchObject({ id: community.packId, components: { transformer: { externalData: [] } } })
    }
  })

  it('fetches a file of another repository from there', () => {
    const community = entry('wan2.1-t2v-1.3b-onnx')
    const tokenizer = community.files.find(({ file }) => file === 'tokenizer/tokenizer.json')
    expect(tokenizer && fileAddress(community, tokenizer, null).href).toBe('https://huggingface.co/Wan-AI/Wan2.1-T2V-1.3B-Diffusers/resolve/main/tokenizer/tokenizer.json')
    expect(tokenizer && fileAddress(community, tokenizer, 'https://mirror.example/hub').href).toMatch(/^https:\/\/mirror\.example\/hub\/Wan-AI\//)
  })
})

describe('an entry', () => {
  it.each<[string, Partial<CatalogueEntry>]>([
    ['a file that leads upwards', { files: [{ file: '../x.onnx', path: 'x', bytes: 1, sha256: 'a'.repeat(64) }] }],
    ['an absolute file', { files: [{ file: '/etc/passwd', path: 'x', bytes: 1, sha256: 'a'.repeat(64) }] }],
    ['a drive', { files: [{ file: 'C:\\x', path: 'x', bytes: 1, sha256: 'a'.repeat(64) }] }],
    ['a hidden file', { files: [{ file: '.ssh/x', path: 'x', bytes: 1, sha256: 'a'.repeat(64) }] }],
    ['the name of a link', { files: [{ file: 'pack-link.json', path: 'x', bytes: 1, sha256: 'a'.repeat(64) }] }],
    ['a repository path that leads upwards', { files: [{ file: 'x', path: 'a/../../b', bytes: 1, sha256: 'a'.repeat(64) }] }],
    ['a repository that is an address', { source: { host: 'huggingface', repository: 'https://evil.example/x', revision: 'main', note: '' } }],
    ['an unencrypted licence', { licence: { ...entryOf('x').licence, url: 'http://x.example' } }],
    ['a download without a hash', { files: entryOf('x').files.map((file) => ({ ...file, sha256: null })) }],
    ['a download without its manifest', { files: entryOf('x').files.filter(({ file }) => file !== 'pack.json') }],
    ['the same file twice', { files: [...entryOf('x').files, ...entryOf('x').files] }],
    ['a community folder without a manifest', { ...communityEntry(), manifest: null }],
    ['a community folder that brings its own manifest', { ...communityEntry(), files: entryOf('x').files }],
    ['an export without steps', { kind: 'export', files: [], steps: [] }],
  ])('with %s is refused', (_what, changes) => {
    expect(CatalogueEntrySchema.safeParse(entryOf('x')).success).toBe(true)
    expect(CatalogueEntrySchema.safeParse(entryOf('x', changes)).success).toBe(false)
  })
})
