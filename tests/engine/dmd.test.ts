/** The sampler of distilled packs on a made-up model: fresh noise for every step, known frames, and going on after a stop. */
import { describe, expect, it } from 'vitest'
import { copyFrame, elementCount } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { dmd } from '#engine/sampling/dmd.ts'
import { gaussianNoise } from '#engine/sampling/noise.ts'
import { sample } from '#engine/sampling/sample.ts'
import type { SampleRequest, SampleState, VelocityInput } from '#engine/sampling/sample.ts'
import { largestDifference } from './golden.ts'

const SHAPE: LatentShape = [1, 3, 4, 2, 2]
const COUNT = elementCount(SHAPE)
const NOISE = gaussianNoise(COUNT, { seed: 5 })
const CLIP = gaussianNoise(COUNT, { seed: 6 })
const TIMESTEPS = [1000, 757, 522]

function freshNoise(step: number): Float32Array {
  return gaussianNoise(COUNT, { seed: 5, stream: step + 1 })
}

async function mixingVelocity({ latents, timestep }: VelocityInput): Promise<Float32Array> {
  const mean = latents.reduce((sum, value) => sum + value, 0) / latents.length
  return latents.map((value) => 0.6 * value + 0.3 * mean + timestep / 5000)
}

function request(changes: Partial<SampleRequest> = {}): SampleRequest {
  return {
    shape: SHAPE, velocity: mixingVelocity, schedule: dmd({ steps: 3, shift: 8, timesteps: TIMESTEPS, noiseFor: freshNoise }),
    guidance: { scale: 1 }, noise: NOISE, known: null, onStep: () => {}, signal: new AbortController().signal, now: () => 0, ...changes,
  }
}

describe('sampling by distribution matching', () => {
  it('shows the model a clean clip under each step\'s own noise, never again under the first', async () => {
    const shown: Float32Array[] = []
    const schedule = dmd({ steps: 3, shift: 8, timesteps: TIMESTEPS, noiseFor: freshNoise })
    await sample(request({ schedule, velocity: async ({ latents, timestep }) => {
      shown.push(latents.slice())
      const sigma = schedule.sigmas[TIMESTEPS.indexOf(timestep)] as number
      // A model that always foresees CLIP: v = (x - x0) / sigma.
      return latents.map((value, e) => (value - (CLIP[e] as number)) / sigma)
    } }))
    for (const step of [1, 2]) {
      const sigma = schedule.sigmas[step] as number
      const fresh = freshNoise(step - 1)
      expect(largestDifference(shown[step] as Float32Array, CLIP.map((value, e) => (1 - sigma) * value + sigma * (fresh[e] as number)))).toBeLessThan(1e-5)
    }
    expect(shown[0]).toEqual(NOISE)
  })

  it('draws noise for all steps but the last', async () => {
    const drawn: number[] = []
    await sample(request({ schedule: dmd({ steps: 3, shift: 8, timesteps: TIMESTEPS, noiseFor: (step) => {
      drawn.push(step)
      return freshNoise(step)
    } }) }))
    expect(drawn).toEqual([0, 1])
  })

  it.each(['clean', 'noised'] as const)('gives known frames back bit for bit when they are shown %s', async (presentation) => {
    const latents = await sample(request({ known: { latents: CLIP, mask: [true, false, false, true], presentation } }))
    for (const frame of [0, 3]) expect(frameOf(latents, frame)).toEqual(frameOf(CLIP, frame))
    expect(frameOf(latents, 1)).not.toEqual(frameOf(CLIP, 1))
  })

  it.each([1, 2])('goes on bit for bit after a stop before step %i', async (stop) => {
    const states: SampleState[] = []
    const whole = await sample(request({ onStep: ({ state }) => void states.push(state()) }))
    expect(await sample(request({ resume: states[stop - 1] as SampleState }))).toEqual(whole)
  })

  it('asks for the timesteps that a pack was distilled for', () => {
    expect(() => dmd({ steps: 3, shift: 8, noiseFor: freshNoise })).toThrow(/timesteps/)
  })
})

function frameOf(latents: Float32Array, frame: number): Float32Array {
  const single = new Float32Array(SHAPE[1] * 4)
  copyFrame(latents, SHAPE, frame, single, [1, SHAPE[1], 1, 2, 2], 0)
  return single
}
