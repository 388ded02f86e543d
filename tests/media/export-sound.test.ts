/** The exported sound: where, how loud, how faded; silence where nothing plays. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { decodeToStream } from '#engine/media/ffmpeg-command.ts'
import { collect, exportRequest, sampleProject, temporaryFolder, wavOf, withSound, type SampleProject } from './sample-project.ts'

const RATE = 48_000
const tools = createMediaTools()
let folder = ''
let count = 0
let silent: SampleProject
beforeAll(async () => {
  folder = await temporaryFolder()
  silent = await sampleProject(tools, [{ durationFrames: 72 }])
})
afterAll(() => tools.dispose())

/** The left and right samples of an exported project, decoded again. */
async function heard(project: SampleProject): Promise<readonly [Float64Array, Float64Array]> {
  const file = join(folder, `sound-${(count += 1)}.mp4`)
  await tools.exportSequence(exportRequest(project, file), { signal: new AbortController().signal, onProgress: () => undefined })
  const job = { inputs: [{ source: { file }, options: [] }], outputOptions: ['-map', '0:a:0', '-c:a', 'pcm_f32le', '-f', 'f32le'] }
  const bytes = Buffer.concat(await collect(decodeToStream((await tools.tools()).ffmpeg, job, new AbortController().signal)))
  const frames = Math.floor(bytes.length / 8)
  return [0, 1].map((side) => Float64Array.from({ length: frames }, (_, frame) => bytes.readFloatLE(frame * 8 + side * 4))) as unknown as readonly [Float64Array, Float64Array]
}

function rmsDb(samples: Float64Array, fromSeconds: number, untilSeconds: number): number {
  const part = samples.subarray(Math.round(fromSeconds * RATE), Math.round(untilSeconds * RATE))
  return 10 * Math.log10(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length + 1e-20)
}

const tone = (hertz: number, level: number) => (seconds: number): number => level * Math.sin(2 * Math.PI * hertz * seconds)
/** Level of a full sine of amplitude 0.5. */
const HALF_SINE_DB = 20 * Math.log10(0.5 / Math.SQRT2)

describe('exported sound', () => {
  it('is silence for the whole length where nothing plays', async () => {
    const [left, right] = await heard(silent)
    expect(left.length / RATE).toBeCloseTo(3, 1)
    expect(rmsDb(left, 0, 3)).toBeLessThan(-90)
    expect(rmsDb(right, 0, 3)).toBeLessThan(-90)
  })

  it('starts and ends where the clip does, at its own level', async () => {
    const [left] = await heard(await withSound(silent, wavOf(3, RATE, 2, tone(440, 0.5)), { startFrame: 24, durationFrames: 24 }))
    expect(rmsDb(left, 0.1, 0.95)).toBeLessThan(-60)
    expect(rmsDb(left, 1.05, 1.95)).toBeCloseTo(HALF_SINE_DB, 0)
    expect(rmsDb(left, 2.05, 2.95)).toBeLessThan(-60)
    const firstLoud = left.findIndex((sample) => Math.abs(sample) > 0.1) / RATE
    expect(Math.abs(firstLoud - 1)).toBeLessThan(0.01)
  })

  it('applies gain and trim: a quieter clip, from where it was trimmed to', async () => {
    const halves = wavOf(3, RATE, 2, (seconds) => (seconds < 1 ? tone(440, 0.05)(seconds) : tone(440, 0.5)(seconds)))
    const [left] = await heard(await withSound(silent, halves, { startFrame: 0, durationFrames: 48, trimStartFrames: 24, gainDb: -12 }))
    expect(rmsDb(left, 0.1, 1.9)).toBeCloseTo(HALF_SINE_DB - 12, 0)
  })

  it('fades in and out along straight lines', async () => {
    const [left] = await heard(await withSound(silent, wavOf(3, RATE, 2, tone(440, 0.5)), { startFrame: 0, durationFrames: 72, fadeInFrames: 24, fadeOutFrames: 24 }))
    const level = (at: number): number => rmsDb(left, at - 0.02, at + 0.02) - HALF_SINE_DB
    expect(level(0.25)).toBeCloseTo(20 * Math.log10(0.25), 0)
    expect(level(0.5)).toBeCloseTo(20 * Math.log10(0.5), 0)
    expect(level(1.5)).toBeCloseTo(0, 0)
    expect(level(2.5)).toBeCloseTo(20 * Math.log10(0.5), 0)
    expect(level(2.75)).toBeCloseTo(20 * Math.log10(0.25), 0)
  })

  it('adds clips up without turning either down, and holds loud sums below the ceiling', async () => {
    const one = await withSound(silent, wavOf(3, RATE, 2, tone(440, 0.2)), { startFrame: 0, durationFrames: 72 })
    const [both] = await heard(await withSound(one, wavOf(3, RATE, 2, tone(660, 0.2)), { startFrame: 24, durationFrames: 48 }))
    expect(rmsDb(both, 0.1, 0.9)).toBeCloseTo(20 * Math.log10(0.2 / Math.SQRT2), 0)
    expect(rmsDb(both, 1.1, 2.9)).toBeCloseTo(20 * Math.log10(0.2 / Math.SQRT2) + 3, 0)

    const loud = await withSound(silent, wavOf(3, RATE, 2, tone(440, 0.9)), { startFrame: 0, durationFrames: 72 })
    const [limited] = await heard(await withSound(loud, wavOf(3, RATE, 2, tone(550, 0.9)), { startFrame: 0, durationFrames: 72 }))
    expect(limited.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeLessThan(0.97)
    expect(rmsDb(limited, 0.5, 2.5)).toBeGreaterThan(-9)
  })

  it('plays mono on both sides at its own level, from another sample rate', async () => {
    const [left, right] = await heard(await withSound(silent, wavOf(3, 22_050, 1, tone(440, 0.5)), { startFrame: 0, durationFrames: 72 }))
    expect(rmsDb(left, 0.5, 2.5)).toBeCloseTo(HALF_SINE_DB, 0)
    expect(rmsDb(right, 0.5, 2.5)).toBeCloseTo(HALF_SINE_DB, 0)
  })

  it('is silent after a sound that is shorter than its clip', async () => {
    const [left] = await heard(await withSound(silent, wavOf(1, RATE, 2, tone(440, 0.5)), { startFrame: 0, durationFrames: 72 }))
    expect(rmsDb(left, 0.1, 0.9)).toBeCloseTo(HALF_SINE_DB, 0)
    expect(rmsDb(left, 1.1, 2.9)).toBeLessThan(-60)
  })

  it('takes generated music as it is', async () => {
    const music = join(folder, 'music.wav')
    await tools.toneBed({ file: music, seconds: 3, seed: 4, mood: 'bright' })
    const [left] = await heard(await withSound(silent, await readFile(music), { startFrame: 0, durationFrames: 72 }))
    expect(rmsDb(left, 0.8, 2)).toBeGreaterThan(-30)
  })
})
