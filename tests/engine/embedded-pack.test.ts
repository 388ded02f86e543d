/** The pack that ships with the studio, in the engine as it is: whatever its quality, it must keep to the pack format. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { cleanPrompt } from '#engine/pipelines/text/clean-prompt.ts'
import { loadTokenizer } from '#engine/pipelines/text/tokenizer.ts'
import { loadLexicon } from '#engine/packs/lexicon.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'

const FOLDER = join(import.meta.dirname, '../../models/packs/previz')
const pack = await createPackVerifier().verify(FOLDER)
const { client, engine } = connectEngine()
afterAll(async () => {
  client.dispose()
  await engine.dispose()
})

function request(changes: Parameters<typeof aRequest>[0] = {}) {
  const { width, height } = pack.manifest.sizes[0] as { width: number; height: number }
  return aRequest({ packFolder: FOLDER, prompt: 'a red car, beach, day', frameSize: { width, height }, frameCount: pack.manifest.frames.min, steps: 2, ...changes })
}

describe('the embedded pack', () => {
  it('weighs 40 MB at most and lets everybody use it', () => {
    expect(pack.bytes).toBeLessThanOrEqual(40e6)
    expect(pack.manifest.licence).toMatchObject({ spdx: 'Apache-2.0', excludedRegions: [] })
  })

  it('reads every word that its lexicon promises, in every synonym', async () => {
    const lexicon = await loadLexicon(pack.files.lexicon as string)
    const tokenizer = await loadTokenizer(pack.files.tokenizer as string, pack.manifest.text)
    const unknown = Number(tokenizer.encode('xqzzy').inputIds.data[0])
    const isKnown = (text: string) => !Array.from(tokenizer.encode(cleanPrompt(text)).inputIds.data, Number).includes(unknown)
    expect([...lexicon.known, ...Object.values(lexicon.synonyms)].filter((words) => !isKnown(words))).toEqual([])
    expect(isKnown('xqzzy')).toBe(false)
  })

  it.each(pack.manifest.sizes.map(({ width, height }) => ({ width, height })))('makes clips of $width x $height, the same for the same seed', async (frameSize) => {
    const [first, second, other] = [await client.call('take.generate', request({ frameSize })), await client.call('take.generate', request({ frameSize })), await client.call('take.generate', request({ frameSize, seed: 8 }))]
    expect(first).toMatchObject({ frameCount: pack.manifest.frames.min, frameSize, frameRate: pack.manifest.frames.rate, unknownWords: [] })
    expect(second.latents.stored.sha256).toBe(first.latents.stored.sha256)
    expect(other.latents.stored.sha256).not.toBe(first.latents.stored.sha256)
  }, 60_000)

  it('makes its longest clips, and hears the camera and the words', async () => {
    const long = await client.call('take.generate', request({ frameCount: pack.manifest.frames.max }))
    expect(long.frameCount).toBe(pack.manifest.frames.max)
    const hash = async (changes: Parameters<typeof aRequest>[0]) => (await client.call('take.generate', request(changes))).latents.stored.sha256
    const hashes = [
      await hash({}), await hash({ prompt: 'a blue boat, beach, night' }), await hash({ camera: { kind: 'preset', preset: 'dolly', amount: 1, easing: 'linear' } }),
    ]
    expect(new Set(hashes).size).toBe(3)
  }, 120_000)

  it('starts on the last frame of another take', async () => {
    const source = request()
    await client.call('take.generate', source)
    const next = request({ seed: 21, known: { firstFrame: join(source.outputFolder, 'video.mp4'), lastFrame: null, parent: null } })
    expect((await client.call('take.generate', next)).frameCount).toBe(pack.manifest.frames.min)
    expect(readdirSync(next.outputFolder)).toContain('video.mp4')
  }, 60_000)
})
