/** Pack manifests and their files: what is refused, in which words, and what is not hashed twice. */
import { appendFileSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CancelledError } from '#core/errors.ts'
import { loadLexicon } from '#engine/packs/lexicon.ts'
import { loadManifest } from '#engine/packs/load-manifest.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { packFolder } from './golden.ts'
import { copyPack, temporaryFolder } from './pack-copy.ts'

function verify(folder: string) {
  return createPackVerifier().verify(folder)
}

describe('a pack manifest', () => {
  it.each([
    ['a misspelt field', (pack: object) => Object.assign(pack, { framez: 1 }), /framez/],
    ['a missing solver', (pack: { schedule?: object }) => delete (pack.schedule as { solver?: string }).solver, /schedule\.solver/],
    ['an unknown solver', (pack: { schedule?: object }) => Object.assign(pack.schedule as object, { solver: 'magic' }), /schedule\.solver/],
    ['means of the wrong number', (pack: { latent?: object }) => Object.assign(pack.latent as object, { mean: [0, 1] }), /latent\.mean: must hold 1 or 16/],
    ['a frame minimum that is not 4k + 1', (pack: { frames?: object }) => Object.assign(pack.frames as object, { min: 6 }), /frames\.min: must be 4k \+ 1/],
    ['a size of broken patches', (pack: { sizes?: object[] }) => Object.assign((pack.sizes as object[])[1] as object, { width: 40 }), /sizes\.1/],
    ['a newer format', (pack: object) => Object.assign(pack, { formatVersion: 2 }), /formatVersion/],
    ['a path out of the folder', (pack: { components?: { tokenizer?: object } }) => Object.assign(pack.components?.tokenizer as object, { file: '../tokenizer.json' }), /components\.tokenizer\.file/],
    ['an absolute path', (pack: { components?: { tokenizer?: object } }) => Object.assign(pack.components?.tokenizer as object, { file: '/etc/passwd' }), /components\.tokenizer\.file/],
    ['a drive letter', (pack: { components?: { tokenizer?: object } }) => Object.assign(pack.components?.tokenizer as object, { file: 'C:\\x.json' }), /components\.tokenizer\.file/],
    ['a picture start without an encoder', (pack: { components?: { vaeEncoder?: object } }) => delete pack.components?.vaeEncoder, /components\.vaeEncoder/],
  ])('with %s is refused by the name of the field', async (_, change, message) => {
    const folder = copyPack('tiny-camera', change as never)
    await expect(loadManifest(folder)).rejects.toMatchObject({ code: 'PACK_MALFORMED', message: expect.stringMatching(message), remedy: expect.stringContaining('Install') })
  })

  it.each([
    ['tiny-a14b', 'experts', 'components.transformer2'],
    ['tiny-i2v', 'picture', 'components.imageEncoder'],
    ['tiny-fun-camera', 'camera', 'components.cameraEncoder'],
  ])('of %s without the field %s is refused: its %s would be of no use', async (pack, field, component) => {
    const folder = copyPack(pack, (manifest) => Object.assign(manifest, field === 'camera' ? { camera: { kind: 'prompt' } } : { [field]: undefined }))
    await expect(loadManifest(folder)).rejects.toMatchObject({ code: 'PACK_MALFORMED', message: expect.stringContaining(component) })
  })

  it('with the solver dmd and no timesteps is refused', async () => {
    const folder = copyPack('tiny-fastwan', ({ schedule }) => delete (schedule as unknown as { timesteps?: unknown }).timesteps)
    await expect(loadManifest(folder)).rejects.toMatchObject({ code: 'PACK_MALFORMED', message: expect.stringContaining('schedule.timesteps') })
  })

  it('that is not JSON is refused', async () => {
    const folder = copyPack('tiny-wan')
    writeFileSync(join(folder, 'pack.json'), '{"formatVersion": 1,')
    await expect(loadManifest(folder)).rejects.toMatchObject({ code: 'PACK_MALFORMED' })
  })

  it('that is not there is an unknown pack, and so is a folder that is not there', async () => {
    await expect(loadManifest(temporaryFolder())).rejects.toMatchObject({ code: 'PACK_UNKNOWN' })
    await expect(loadManifest('/nowhere/at/all')).rejects.toMatchObject({ code: 'PACK_UNKNOWN', message: expect.stringContaining('/nowhere/at/all') })
  })
})

describe('verification', () => {
  it('accepts the fixture packs and gives each its own digest', async () => {
    const digests = await Promise.all(['tiny-wan', 'tiny-ti2v', 'tiny-camera'].map(async (name) => (await verify(packFolder(name))).packDigest))
    expect(new Set(digests).size).toBe(3)
    expect(digests.every((digest) => /^[0-9a-f]{64}$/.test(digest))).toBe(true)
  })

  it('gives a renamed copy the same digest', async () => {
    const copy = copyPack('tiny-wan', (manifest) => Object.assign(manifest, { name: 'Another name', description: 'words' }))
    expect((await verify(copy)).packDigest).toBe((await verify(packFolder('tiny-wan'))).packDigest)
  })

  it('names the file that is missing', async () => {
    const folder = copyPack('tiny-wan')
    rmSync(join(folder, 'transformer.onnx'))
    await expect(verify(folder)).rejects.toMatchObject({ code: 'MODEL_MISSING', message: expect.stringContaining('transformer.onnx'), remedy: 'Install the pack again.' })
  })

  it('names the file whose length is wrong', async () => {
    const folder = copyPack('tiny-wan')
    appendFileSync(join(folder, 'vae_decoder.onnx'), 'x')
    await expect(verify(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('vae_decoder.onnx') })
  })

  it('names the file of which a single byte was flipped', async () => {
    const folder = copyPack('tiny-wan')
    flipByte(join(folder, 'text_encoder.onnx'))
    await expect(verify(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('text_encoder.onnx') })
  })

  it('refuses a link that leads out of the pack, even to the right bytes', async () => {
    const folder = copyPack('tiny-wan')
    rmSync(join(folder, 'transformer.onnx'))
    symlinkSync(join(packFolder('tiny-wan'), 'transformer.onnx'), join(folder, 'transformer.onnx'))
    await expect(verify(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT', message: expect.stringContaining('link') })
  })

  it('hashes each file once, and again after it changed', async () => {
    const folder = copyPack('tiny-wan')
    const verifier = createPackVerifier()
    await verifier.verify(folder)
    await verifier.verify(folder)
    expect(verifier.hashedFiles()).toBe(5)
    flipByte(join(folder, 'transformer.onnx'))
    await expect(verifier.verify(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' })
    expect(verifier.hashedFiles()).toBe(6)
  })

  it('finds a change that kept length and modification time', async () => {
    const folder = copyPack('tiny-wan')
    const verifier = createPackVerifier()
    const file = join(folder, 'transformer.onnx')
    utimesSync(file, 1_000_000_000, 1_000_000_000)
    await verifier.verify(folder)
    flipByte(file)
    utimesSync(file, 1_000_000_000, 1_000_000_000)
    await expect(verifier.verify(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' })
  })

  it('can be cancelled', async () => {
    await expect(createPackVerifier().verify(packFolder('tiny-wan'), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError)
  })
})

describe('a lexicon', () => {
  it('that is malformed is refused by the name of the field', async () => {
    const file = join(temporaryFolder(), 'lexicon.json')
    writeFileSync(file, '{"known": ["red"], "synonyms": {"crimson": 3}}')
    await expect(loadLexicon(file)).rejects.toMatchObject({ code: 'PACK_MALFORMED', message: expect.stringContaining('synonyms.crimson') })
  })
})

function flipByte(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff
  writeFileSync(file, bytes)
}
