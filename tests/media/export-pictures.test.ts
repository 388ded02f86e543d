/** The exported file shows what the painter paints: every kind of transition, titles, captions, draft marks, other rates. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JOB_STAGES, type ExportRequest, type Progress } from '#contracts/engine-api.ts'
import { TRANSITION_KINDS } from '#core/document/schema.ts'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { paintReference } from './painted-reference.ts'
import { meanDifference, ssim } from './picture-likeness.ts'
import { collect, exportRequest, PROJECT_RATE, sampleProject, SMALL_PRESET, temporaryFolder, withTexts, withTransition, type SampleProject } from './sample-project.ts'

const tools = createMediaTools()
let folder = ''
let count = 0
beforeAll(async () => { folder = await temporaryFolder() })
afterAll(() => tools.dispose())

async function exported(project: SampleProject, changes: Partial<ExportRequest> = {}) {
  const file = join(folder, `export-${(count += 1)}.mp4`)
  const progress: Progress[] = []
  const result = await tools.exportSequence(exportRequest(project, file, changes), { signal: new AbortController().signal, onProgress: (step) => progress.push(step) })
  return { file, result, progress, frames: await collect(tools.readVideoFrames(file)) }
}

async function expectLikePainted(project: SampleProject, frames: readonly Uint8Array[], projectFrames: readonly number[], markDrafts = false): Promise<void> {
  for (const frame of projectFrames) {
    const painted = await paintReference(tools, project, frame, SMALL_PRESET, markDrafts)
    expect(ssim(frames[frame] ?? new Uint8Array(), painted, SMALL_PRESET.frameSize), `frame ${frame}`).toBeGreaterThan(0.98)
    expect(meanDifference(frames[frame] ?? new Uint8Array(), painted), `frame ${frame}`).toBeLessThan(2.5)
  }
}

describe('exported pictures', () => {
  it.each(TRANSITION_KINDS)('a %s looks as painted, before, within and after it', async (kind) => {
    const project = withTransition(await sampleProject(tools, [{ durationFrames: 24 }, { durationFrames: 24, trimStartFrames: 7 }]), 0, { kind, durationFrames: 9, colour: '#f0e0d0' })
    const { frames, result } = await exported(project)
    expect(result).toMatchObject({ frameCount: 39, durationSeconds: 39 / 24, frameSize: SMALL_PRESET.frameSize })
    expect(frames).toHaveLength(39)
    await expectLikePainted(project, frames, [0, 3, 14, 15, 17, 19, 21, 23, 24, 38])
  })

  it('cuts exactly at the cut', async () => {
    const project = await sampleProject(tools, [{ durationFrames: 10 }, { durationFrames: 10 }])
    const { frames } = await exported(project)
    await expectLikePainted(project, frames, [8, 9, 10, 11, 19])
    const [before, after] = [frames[9] ?? new Uint8Array(), frames[10] ?? new Uint8Array()]
    expect(meanDifference(before, after)).toBeGreaterThan(20)
  })

  it('sets titles and captions as text, whatever characters they hold', async () => {
    const nasty = `'{}\\,;:%[a]=b "q" %{pts} \\N {\\an8}`
    const project = withTexts(await sampleProject(tools, [{ durationFrames: 40, isDraft: true }]), `Night's ${nasty}`, `你好 🚗 ${nasty}`)
    const { frames } = await exported(project, { markDrafts: true })
    await expectLikePainted(project, frames, [0, 2, 5, 10, 17, 29, 39], true)
    const bare = await paintReference(tools, { ...project, document: { ...project.document, titles: {}, captions: {} } }, 10, SMALL_PRESET, true)
    expect(meanDifference(frames[10] ?? new Uint8Array(), bare)).toBeGreaterThan(2.5)
  })

  it('holds the last frame of a take that is too short, and shows no black', async () => {
    const project = await sampleProject(tools, [{ durationFrames: 30, takeFrames: 3 }])
    const { frames } = await exported(project)
    await expectLikePainted(project, frames, [0, 8, 15, 29])
  })

  it('plays a take twice when a shot was split, each part where it belongs', async () => {
    const project = await sampleProject(tools, [{ durationFrames: 24, takeFrames: 20 }, { durationFrames: 24, trimStartFrames: 24, takeFrames: 0 }])
    const [first, second] = project.shotIds
    if (!first || !second) throw new Error('two shots')
    const { shots } = project.document
    const split = { ...project, document: { ...project.document, shots: { ...shots, [second]: { ...shots[second]!, selectedTakeId: shots[first]!.selectedTakeId } } } }
    const joined = withTransition(split, 0, { kind: 'dissolve', durationFrames: 8 })
    const { frames } = await exported(joined)
    await expectLikePainted(joined, frames, [0, 18, 20, 22, 30])
  })

  it.each([
    { preset: { num: 30, den: 1 }, expected: 60, shows: [0, 0, 1, 2, 3, 4, 4] },
    { preset: { num: 12, den: 1 }, expected: 24, shows: [0, 2, 4, 6, 8, 10, 12] },
    { preset: { num: 24_000, den: 1_001 }, expected: 48, shows: [0, 1, 2, 3, 4, 5, 6] },
  ])('resamples to $preset.num/$preset.den by exact arithmetic', async ({ preset, expected, shows }) => {
    const project = await sampleProject(tools, [{ durationFrames: 48, takeRate: PROJECT_RATE }])
    const { frames, result, file } = await exported(project, { preset: { ...SMALL_PRESET, frameRate: preset } })
    expect(result.frameCount).toBe(expected)
    expect((await tools.probe(file)).video).toMatchObject({ frameRate: preset, frameCount: expected })
    for (const [index, frame] of shows.entries()) {
      const painted = await paintReference(tools, project, frame, SMALL_PRESET, false)
      const difference = meanDifference(frames[index] ?? new Uint8Array(), painted)
      expect(difference, `output frame ${index}`).toBeLessThan(2)
      const next = await paintReference(tools, project, frame + 1, SMALL_PRESET, false)
      expect(meanDifference(frames[index] ?? new Uint8Array(), next), `output frame ${index} shows no other`).toBeGreaterThan(difference)
    }
  })

  it('counts its progress and ends at the whole', async () => {
    const { progress } = await exported(await sampleProject(tools, [{ durationFrames: 60 }]))
    const fractions = progress.map((step) => step.fraction)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(progress.at(-1)).toMatchObject({ stage: 'done', fraction: 1, remainingMs: 0 })
    const stages = [...new Set(progress.map((step) => step.stage))]
    expect(stages).toEqual(JOB_STAGES.filter((stage) => stages.includes(stage)))
    const composed = progress.filter((step) => step.stage === 'composing')
    expect(composed.at(-1)).toMatchObject({ completed: 60, total: 60 })
    expect(composed.some((step) => step.remainingMs !== null)).toBe(true)
  })

  it('is tagged, timed and laid out as platforms want it', async () => {
    const { file } = await exported(await sampleProject(tools, [{ durationFrames: 50 }]))
    const { readFile } = await import('node:fs/promises')
    const bytes = await readFile(file)
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
    const probe = await tools.probe(file)
    expect(probe).toMatchObject({ video: { codec: 'h264', pixelFormat: 'yuv420p', frameCount: 50, isVariableFrameRate: false }, audio: { codec: 'aac', sampleRate: 48_000, channels: 2 } })
    expect(probe.durationSeconds).toBeCloseTo(50 / 24, 1)
  })
})
