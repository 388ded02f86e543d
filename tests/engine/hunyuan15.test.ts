/** HunyuanVideo-1.5: what its transformer is told, against the reference, and takes made by the whole engine. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { PackManifestSchema } from '#contracts/pack-manifest.ts'
import { createOnnxRuntime } from '#engine/inference/onnxruntime.ts'
import type { Tensor } from '#engine/inference/inference-port.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { createPackVerifier } from '#engine/packs/verify-pack.ts'
import { encodePrompt, nextTimestep, withoutMasks } from '#engine/pipelines/hunyuan15.ts'
import { createModelStore } from '#engine/pipelines/model-store.ts'
import { embedPictures, encoderPixels } from '#engine/pipelines/picture-embedding.ts'
import { createTextEncoding } from '#engine/pipelines/text/embeddings.ts'
import { glyphText, glyphTokens } from '#engine/pipelines/text/glyph-tokens.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { GOLDEN_FOLDER } from '../../scripts/parity/golden-file.ts'
import { aRequest, connectEngine } from './engine-fixture.ts'
import { largestDifference, packFolder, readGolden } from './golden.ts'
import type { GoldenTensor } from './golden.ts'

type Branch = Readonly<Record<'encoder_hidden_states' | 'encoder_attention_mask' | 'encoder_hidden_states_2' | 'encoder_attention_mask_2', GoldenTensor>>
interface GoldenHunyuan {
  readonly about: { readonly config: { readonly shift: number; readonly steps: number } }
  readonly prompt: string
  readonly negativePrompt: string
  readonly positive: Branch
  readonly negative?: Branch
  readonly sigmas: readonly number[]
  readonly steps: readonly { readonly timestep: { readonly values: readonly [number] }; readonly next: number | null }[]
  readonly picture?: { readonly encoderInput: GoldenTensor; readonly embedding: GoldenTensor; readonly condition: GoldenTensor }
}

const models = createModelStore(createOnnxRuntime())
const verifier = createPackVerifier()
afterAll(() => models.clear())

const PICTURE = join(GOLDEN_FOLDER, 'hunyuan15-picture.png')

describe('prompts', () => {
  const { body, tensor } = readGolden<GoldenHunyuan>('hunyuan15-text')

  it.each([['prompt', 'positive'], ['negativePrompt', 'negative']] as const)('become the reference rows of both encoders, without padding: %s', async (prompt, branch) => {
    const pack = await verifier.verify(packFolder('tiny-hunyuan15'))
    const inputs = await encodePrompt({ pack, text: createTextEncoding(null), open: (graph) => models.acquire(pack, graph, 'cpu') }, body[prompt])
    const golden = body[branch] as Branch
    for (const [rowsOf, maskOf] of [['encoder_hidden_states', 'encoder_attention_mask'], ['encoder_hidden_states_2', 'encoder_attention_mask_2']] as const) {
      const used = tensor(golden[maskOf]).reduce((sum, value) => sum + value, 0)
      const mask = Array.from((inputs[maskOf] as Tensor).data, Number)
      const rows = inputs[rowsOf] as Tensor
      // Where no words are quoted, one masked row of zeros stands for the padding.
      expect(mask).toEqual(used === 0 ? [0] : mask.map(() => 1))
      expect(mask.reduce((sum, value) => sum + value, 0)).toBe(used)
      const expected = used === 0 ? new Float32Array(rows.data.length) : tensor(golden[rowsOf]).subarray(0, rows.data.length)
      expect(largestDifference(rows.data as Float32Array, expected)).toBeLessThan(1e-4)
    }
  })

  it('give graphs without masks only the rows that count: none of the glyphs where no words are quoted', async () => {
    const pack = await verifier.verify(packFolder('tiny-hunyuan15-distilled'))
    const encode = (prompt: string) => encodePrompt({ pack, text: createTextEncoding(null), open: (graph) => models.acquire(pack, graph, 'cpu') }, prompt)
    const [plain, quoted] = [await encode('a cat'), await encode('a sign "UP"')]
    const { conditional, unconditional } = withoutMasks({ conditional: plain, unconditional: quoted })
    expect(Object.keys(conditional).sort()).toEqual(['encoder_hidden_states', 'encoder_hidden_states_2'])
    expect(conditional['encoder_hidden_states']).toBe(plain['encoder_hidden_states'])
    expect(conditional['encoder_hidden_states_2']).toMatchObject({ dims: [1, 0, 24], data: new Float32Array(0) })
    expect(unconditional?.['encoder_hidden_states_2']).toBe(quoted['encoder_hidden_states_2'])
  })

  it('read quoted words once each, on one line, in both kinds of quotes', () => {
    expect(glyphText('a sign "ONE" and “二” and "ONE"')).toBe('Text "ONE". Text "二". ')
    expect(glyphText('12" long')).toBeNull()
    expect(glyphText('a "torn\nsign"')).toBeNull()
  })

  it('keep the end token when quoted words are too long', () => {
    expect(glyphTokens('abcdef', 4)).toEqual([100, 101, 102, 1])
    expect(glyphTokens('é', 8)).toEqual([198, 172, 1])
  })
})

describe('schedule', () => {
  it.each(['hunyuan15-text', 'hunyuan15-picture'])('lies evenly before its shift, and tells where a step ends: %s', (name) => {
    const { body } = readGolden<GoldenHunyuan>(name)
    const { steps, shift } = body.about.config
    const solver = createSolver('flow-match-euler', { steps, shift, spacing: 'uniform' })
    expect(largestDifference(solver.sigmas, body.sigmas)).toBeLessThan(1e-6)
    expect(largestDifference(solver.timesteps, body.steps.map(({ timestep: { values: [timestep] } }) => timestep))).toBeLessThan(1e-3)
    const told = solver.timesteps.map((timestep) => nextTimestep(solver.timesteps, { timestep }).data[0] as number)
    if (body.steps[0]?.next !== null) expect(largestDifference(told, body.steps.map(({ next }) => next as number))).toBeLessThan(1e-3)
    expect(told.at(-1)).toBe(0)
  })
})

describe('a given picture', () => {
  const { body, tensor } = readGolden<GoldenHunyuan>('hunyuan15-picture')
  const golden = body.picture as NonNullable<GoldenHunyuan['picture']>
  const frameSize = { width: 64, height: 32 }

  it('is seen by the image encoder as the reference prepares it', async () => {
    const { manifest } = await verifier.verify(packFolder('tiny-hunyuan15-distilled'))
    const embedding = manifest.picture?.embedding ?? null
    if (embedding === null) throw new Error('the pack has no image encoder')
    const picture = await createMediaTools().readImage(PICTURE, frameSize)
    expect(largestDifference(encoderPixels(picture, frameSize, embedding), tensor(golden.encoderInput))).toBeLessThan(2.1 / 127.5)
    const pack = await verifier.verify(packFolder('tiny-hunyuan15-distilled'))
    const embedded = await embedPictures([picture], frameSize, embedding, () => models.acquire(pack, 'imageEncoder', 'cpu'))
    expect(largestDifference(embedded.data as Float32Array, tensor(golden.embedding))).toBeLessThan(0.02)
  })
})

describe('takes', () => {
  const { client } = connectEngine()

  it('are made from words', async () => {
    const result = await client.call('take.generate', aRequest({ packFolder: packFolder('tiny-hunyuan15'), prompt: 'A sign "OPEN" in the rain.', frameSize: { width: 64, height: 32 } }))
    expect(result).toMatchObject({ frameCount: 9, family: 'hunyuan15', steps: 4, shift: 5, guidanceScale: 6, latents: { shape: [1, 4, 3, 2, 4] } })
  })

  it('are made from a picture, and refused without one by packs that need it', async () => {
    const request = aRequest({ packFolder: packFolder('tiny-hunyuan15-distilled'), frameSize: { width: 64, height: 32 }, known: { firstFrame: PICTURE, lastFrame: null, parent: null } })
    expect(await client.call('take.generate', request)).toMatchObject({ shift: 7, guidanceScale: 1 })
    await expect(client.call('take.generate', { ...request, known: null })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('picture') })
  })
})

describe('manifest templates', () => {
  const FOLDER = join(import.meta.dirname, '../../models/export/manifests')
  const names = readdirSync(FOLDER).filter((file) => file.startsWith('hunyuanvideo'))
  const file = { file: 'x.onnx', bytes: 1, sha256: '0'.repeat(64), externalData: [] }

  it.each(names)('%s is a manifest but for its files, and names the regions that the licence leaves out', (name) => {
    const template = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as { picture?: unknown }
    const pictureParts = template.picture === undefined ? {} : { imageEncoder: file, vaeEncoder: file }
    const manifest = PackManifestSchema.parse({ ...template, components: { tokenizer: file, textEncoder: file, glyphEncoder: file, transformer: file, vaeDecoder: file, ...pictureParts } })
    expect(manifest.licence.excludedRegions).toEqual(['European Union', 'United Kingdom', 'South Korea'])
    expect(manifest.schedule).toMatchObject({ spacing: 'uniform', shift: name.includes('step-distilled') ? 7 : 5 })
    expect(manifest.sizes.every(({ memory }) => memory !== undefined)).toBe(true)
  })

  it('are four', () => expect(names).toHaveLength(4))
})
