/** The manifests that the exporter fills in (models/export/manifests): what they say is a manifest, and one that the engine can plan and sample with. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PackManifestSchema, peakBytes } from '#contracts/pack-manifest.ts'
import type { PackManifest } from '#contracts/pack-manifest.ts'
import { FAMILIES } from '#engine/pipelines/families.ts'
import { planGeneration } from '#engine/pipelines/generation-plan.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { aRequest } from './engine-fixture.ts'

const FOLDER = join(import.meta.dirname, '../../models/export/manifests')
const WAN = readdirSync(FOLDER).filter((file) => /^(wan|fastwan).*\.json$/.test(file))

/** A template with a file for each component that its fields ask for. */
function filled(file: string): PackManifest {
  const template = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as PackManifest
  const names = [
    'tokenizer', 'textEncoder', 'transformer', 'vaeEncoder', 'vaeDecoder',
    ...(template.experts === undefined ? [] : ['transformer2']),
    ...(template.picture?.embedding == null ? [] : ['imageEncoder']),
    ...(template.camera.kind === 'pluecker' ? ['cameraEncoder'] : []),
  ]
  const component = (name: string) => ({ file: `${name}.onnx`, bytes: 1, sha256: '0'.repeat(64), externalData: [] })
  return PackManifestSchema.parse({ ...template, components: Object.fromEntries(names.map((name) => [name, component(name)])) })
}

describe.each(WAN)('%s', (file) => {
  it('is a whole manifest but for its files, under its own name', () => {
    const manifest = filled(file)
    expect(manifest.id).toBe(basename(file, '.json'))
    expect(FAMILIES[manifest.family]).toBeDefined()
    expect(manifest.latent.mean).toHaveLength(manifest.latent.channels)
    expect(manifest.latent.std).toHaveLength(manifest.latent.channels)
    expect(manifest.provenance).toMatchObject({ sources: expect.arrayContaining([expect.stringMatching(/^https:/)]) })
  })

  it('states memory stage by stage for each size, with a peak that holds the largest of them', () => {
    for (const { memoryBytes, memory } of filled(file).sizes) {
      expect(memory).toBeDefined()
      const { textEncoder = 0, transformer = 0, vaeDecoder = 0, vaeDecoderTiled = 0 } = memory ?? {}
      expect(memoryBytes).toBe(Math.max(textEncoder, transformer, vaeDecoderTiled))
      expect(vaeDecoderTiled).toBeLessThan(vaeDecoder)
    }
  })

  it('can be planned at every size, with a schedule that falls to 0', () => {
    const manifest = filled(file)
    const first = manifest.picture?.needs === 'first' ? '/first.png' : null
    for (const { width, height } of manifest.sizes) {
      const plan = planGeneration(aRequest({ frameSize: { width, height }, frameCount: manifest.frames.max, known: { firstFrame: first, lastFrame: null, parent: null } }), manifest)
      const { sigmas, timesteps } = createSolver(manifest.schedule.solver, {
        steps: plan.steps, shift: manifest.schedule.shift, timesteps: manifest.schedule.timesteps, noiseFor: () => new Float32Array(0),
      })
      expect(timesteps).toHaveLength(manifest.schedule.steps)
      expect(sigmas.every((sigma, index) => index === 0 || sigma < (sigmas[index - 1] as number))).toBe(true)
      expect(sigmas.at(-1)).toBe(0)
    }
  })
})

describe('the steps of distilled packs', () => {
  const solverOf = (file: string) => {
    const { schedule } = filled(file)
    return createSolver(schedule.solver, { steps: schedule.steps, shift: schedule.shift, timesteps: schedule.timesteps, noiseFor: () => new Float32Array(0) })
  }

  it('of LightX2V lie at sigma 1, 0.9375, 0.8333 and 0.625, two of them above each boundary', () => {
    const { sigmas } = solverOf('wan2.2-i2v-a14b-lightx2v.json')
    expect(sigmas.map((sigma) => Number(sigma.toFixed(4)))).toEqual([1, 0.9375, 0.8333, 0.625, 0])
    const boundary = filled('wan2.2-i2v-a14b-lightx2v.json').experts?.boundary as number
    expect(sigmas.filter((sigma) => sigma >= boundary)).toHaveLength(2)
  })

  it('of FastWan are told as they are listed, and taken at the nearest trained sigma', () => {
    const { sigmas, timesteps } = solverOf('fastwan2.2-ti2v-5b.json')
    expect(timesteps).toEqual([1000, 757, 522])
    // 8 s / (1 + 7 s) at s = 0.280 and 0.120.
    expect(sigmas.map((sigma) => Number(sigma.toFixed(6)))).toEqual([1, 0.756757, 0.521739, 0])
  })
})

describe.each(readdirSync(FOLDER).filter((file) => /^(cogvideox|ltx).*\.json$/.test(file)))('%s', (file) => {
  const manifest = filled(file)

  it('is a whole manifest but for its files, under its own name, with its sources', () => {
    expect(manifest.id).toBe(basename(file, '.json'))
    expect(FAMILIES[manifest.family]).toBeDefined()
    expect(manifest.promptDialect).toBe(manifest.family)
    expect(manifest.provenance).toMatchObject({ sources: expect.arrayContaining([expect.stringMatching(/^https:/)]), memory: expect.any(String) })
  })

  it('states memory stage by stage for each size, with a peak that holds the largest of them', () => {
    for (const size of manifest.sizes) {
      expect(size.memory).toBeDefined()
      expect(size.memoryBytes).toBe(peakBytes(size, true))
      expect(size.memory?.vaeDecoderTiled).toBeLessThanOrEqual(size.memory?.vaeDecoder ?? 0)
    }
  })

  it('can be planned at every size and refuses others, with a schedule that falls to 0', () => {
    for (const { width, height } of manifest.sizes) {
      const plan = planGeneration(aRequest({ frameSize: { width, height }, frameCount: manifest.frames.max }), manifest)
      const { sigmas, timesteps } = createSolver(manifest.schedule.solver, { steps: plan.steps, shift: manifest.schedule.shift, timesteps: manifest.schedule.timesteps })
      expect(timesteps).toHaveLength(manifest.schedule.steps)
      expect(sigmas.every((sigma, index) => index === 0 || sigma < (sigmas[index - 1] as number))).toBe(true)
      expect(sigmas.at(-1)).toBe(0)
    }
    expect(() => planGeneration(aRequest({ frameSize: { width: 640, height: 360 }, frameCount: manifest.frames.max }), manifest)).toThrow(/640 x 360/)
    expect(() => planGeneration(aRequest({ frameSize: manifest.sizes[0]!, frameCount: manifest.frames.max - 1 }), manifest)).toThrow(/frames/)
  })
})

describe('licences', () => {
  it('say who needs another one', () => {
    expect(filled('ltx-video-2b-distilled.json').licence.name).toMatch(/revenue of 10 million US dollars/)
    expect(filled('cogvideox-2b.json').licence.spdx).toBe('Apache-2.0')
    expect(filled('cogvideox-5b.json').provenance['notes']).toMatch(/registration/)
  })
})
