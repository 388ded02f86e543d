/** Generated music, listened to by measuring. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import type { ToneBedRequest } from '#engine/media-port.ts'
import { temporaryFolder } from './sample-project.ts'

const MOODS = ['calm', 'bright', 'tense'] as const
const RATE = 48_000
const tools = createMediaTools()
let folder = ''
beforeAll(async () => { folder = await temporaryFolder() })
afterAll(() => tools.dispose())

async function make(request: Omit<ToneBedRequest, 'file'>): Promise<{ sha256: string; left: Float64Array; right: Float64Array; durationSeconds: number }> {
  const file = join(folder, `${request.mood}-${request.seed}-${request.seconds}.wav`)
  const { sha256, durationSeconds } = await tools.toneBed({ file, ...request })
  const data = (await readFile(file)).subarray(44)
  const [left, right] = [new Float64Array(data.length / 4), new Float64Array(data.length / 4)]
  for (let frame = 0; frame < left.length; frame += 1) {
    left[frame] = data.readInt16LE(frame * 4) / 32_768
    right[frame] = data.readInt16LE(frame * 4 + 2) / 32_768
  }
  return { sha256, left, right, durationSeconds }
}

function rmsDb(samples: Float64Array, fromSeconds: number, untilSeconds: number): number {
  const part = samples.subarray(fromSeconds * RATE, untilSeconds * RATE)
  return 10 * Math.log10(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length)
}

/** Energy at one frequency (Goertzel), in dB. */
function toneDb(samples: Float64Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / RATE)
  let [before, last] = [0, 0]
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before]
  return 10 * Math.log10((before * before + last * last - coefficient * before * last) / samples.length ** 2 + 1e-20)
}

describe('the tone bed', () => {
  it.each(MOODS)('%s: loud enough, never clipped, without offset, faded at both ends', async (mood) => {
    const { left, right, durationSeconds } = await make({ seconds: 12, seed: 7, mood })
    expect(durationSeconds).toBe(12)
    expect(left.length).toBe(12 * RATE)
    for (const side of [left, right]) {
      expect(rmsDb(side, 2, 9)).toBeGreaterThan(-26)
      expect(rmsDb(side, 2, 9)).toBeLessThan(-14)
      expect(side.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeLessThan(0.891)
      expect(Math.abs(side.reduce((sum, sample) => sum + sample, 0) / side.length)).toBeLessThan(1e-3)
      expect(rmsDb(side, 0, 0.02)).toBeLessThan(-60)
      expect(rmsDb(side, 11.98, 12)).toBeLessThan(-60)
      expect(rmsDb(side, 11, 12)).toBeLessThan(rmsDb(side, 7, 9) - 6)
    }
  })

  it.each(MOODS)('%s: sounds from the bass to the plucks, and differs from side to side', async (mood) => {
    const { left, right } = await make({ seconds: 12, seed: 7, mood })
    const energyBetween = (from: number, to: number): number => {
      let best = -Infinity
      for (let hertz = from; hertz <= to; hertz *= 2 ** (1 / 24)) best = Math.max(best, toneDb(left.subarray(2 * RATE, 6 * RATE), hertz))
      return best
    }
    expect(energyBetween(60, 160)).toBeGreaterThan(-60)
    expect(energyBetween(180, 700)).toBeGreaterThan(-60)
    expect(energyBetween(700, 2_000)).toBeGreaterThan(-75)
    expect(left.some((sample, index) => Math.abs(sample - (right[index] ?? 0)) > 0.01)).toBe(true)
  })

  it('is the same for the same seed, and another piece for another seed or mood', async () => {
    const [first, again, other, bright] = [await make({ seconds: 3, seed: 1, mood: 'calm' }), await make({ seconds: 3, seed: 1, mood: 'calm' }), await make({ seconds: 3, seed: 2, mood: 'calm' }), await make({ seconds: 3, seed: 1, mood: 'bright' })]
    expect(again.sha256).toBe(first.sha256)
    expect(new Set([first.sha256, other.sha256, bright.sha256]).size).toBe(3)
  })

  it('never clips, whatever the seed', async () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const { left, right } = await make({ seconds: 6, seed, mood: MOODS[seed % 3] ?? 'calm' })
      for (const side of [left, right]) expect(side.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeLessThan(0.891)
    }
  })

  it('can be heard by ffmpeg as 48 kHz stereo of the right length, and refuses silly lengths', async () => {
    await make({ seconds: 0.5, seed: 3, mood: 'bright' })
    expect(await tools.probe(join(folder, 'bright-3-0.5.wav'))).toMatchObject({ format: 'wav', durationSeconds: 0.5, audio: { codec: 'pcm_s16le', sampleRate: RATE, channels: 2 } })
    for (const seconds of [0, -1, Number.NaN, 1e9]) await expect(tools.toneBed({ file: join(folder, 'silly.wav'), seconds, seed: 1, mood: 'calm' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('stops when cancelled and leaves no file', async () => {
    const controller = new AbortController()
    const making = tools.toneBed({ file: join(folder, 'cancelled.wav'), seconds: 300, seed: 1, mood: 'calm' }, controller.signal)
    setTimeout(() => controller.abort(), 30)
    await expect(making).rejects.toMatchObject({ name: 'CancelledError' })
    await expect(readFile(join(folder, 'cancelled.wav'))).rejects.toThrow()
  })
})
