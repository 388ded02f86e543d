/** The sampling primitive on a made-up model: what known latents, guidance, steps and cancellation do. */
import { describe, expect, it } from 'vitest'
import type { PackSolver } from '#contracts/pack-manifest.ts'
import { CancelledError } from '#core/errors.ts'
import { copyFrame, elementCount } from '#engine/sampling/latents.ts'
import type { LatentShape } from '#engine/sampling/latents.ts'
import { gaussianNoise } from '#engine/sampling/noise.ts'
import { sample } from '#engine/sampling/sample.ts'
import type { SampleRequest, VelocityInput } from '#engine/sampling/sample.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { timestepTensor } from '#engine/sampling/timestep-tensor.ts'
import { largestDifference } from './golden.ts'

const SHAPE: LatentShape = [1, 3, 4, 2, 2]
const NOISE = gaussianNoise(elementCount(SHAPE), { seed: 5 })
const CLIP = gaussianNoise(elementCount(SHAPE), { seed: 6 })

/** A model that mixes frames, so that an error in a known frame shows in its neighbours. */
async function mixingVelocity({ latents, frameTimesteps, branch }: VelocityInput): Promise<Float32Array> {
  const mean = latents.reduce((sum, value) => sum + value, 0) / latents.length
  const time = frameTimesteps.reduce((sum, value) => sum + value, 0) / 1000
  return latents.map((value) => 0.6 * value + 0.3 * mean + 0.05 * time + (branch === 'conditional' ? 0.1 : -0.1))
}

function request(changes: Partial<SampleRequest> & { solver?: PackSolver } = {}): SampleRequest {
  const { solver = 'unipc', ...rest } = changes
  return {
    shape: SHAPE, velocity: mixingVelocity, schedule: createSolver(solver, { steps: 6, shift: 3 }), guidance: { scale: 1 }, noise: NOISE, known: null,
    onStep: () => {}, signal: new AbortController().signal, now: () => 0, ...rest,
  }
}

function frameOf(latents: Float32Array, frame: number): Float32Array {
  const single = new Float32Array(SHAPE[1] * 4)
  copyFrame(latents, SHAPE, frame, single, [1, SHAPE[1], 1, 2, 2], 0)
  return single
}

describe.each(['unipc', 'flow-match-euler'] as const)('known latents with %s', (solver) => {
  const mask = [true, false, false, true]

  it.each(['clean', 'noised'] as const)('come back bit for bit when shown %s', async (presentation) => {
    const latents = await sample(request({ solver, known: { latents: CLIP, mask, presentation } }))
    for (const frame of [0, 3]) expect(frameOf(latents, frame)).toEqual(frameOf(CLIP, frame))
    for (const frame of [1, 2]) expect(frameOf(latents, frame)).not.toEqual(frameOf(CLIP, frame))
  })

  it('are shown clean with timestep 0, and the others with the step\'s', async () => {
    const seen: VelocityInput[] = []
    await sample(request({ solver, known: { latents: CLIP, mask, presentation: 'clean' }, velocity: (input) => {
      seen.push({ ...input, latents: input.latents.slice() })
      return mixingVelocity(input)
    } }))
    for (const { latents, frameTimesteps } of seen) {
      expect(frameOf(latents, 0)).toEqual(frameOf(CLIP, 0))
      expect(frameTimesteps.map((timestep) => timestep > 0)).toEqual([false, true, true, false])
    }
  })

  it('are shown with the noise of the step\'s sigma where the model has one timestep a clip', async () => {
    const schedule = createSolver(solver, { steps: 6, shift: 3 })
    let step = 0
    await sample(request({ schedule, known: { latents: CLIP, mask, presentation: 'noised' }, velocity: (input) => {
      const sigma = schedule.sigmas[step++] as number
      const expected = frameOf(CLIP, 3).map((clean, e) => (1 - sigma) * clean + sigma * (frameOf(NOISE, 3)[e] as number))
      expect(largestDifference(frameOf(input.latents, 3), expected)).toBeLessThan(1e-6)
      expect(new Set(input.frameTimesteps).size).toBe(1)
      return mixingVelocity(input)
    } }))
    expect(step).toBe(6)
  })

  it('appear in the estimate of every step', async () => {
    await sample(request({ solver, known: { latents: CLIP, mask, presentation: 'clean' }, onStep: (step) => {
      expect(frameOf(step.estimate(), 3)).toEqual(frameOf(CLIP, 3))
    } }))
  })
})

describe('sampling', () => {
  it('runs the unconditional branch only where guidance is above 1', async () => {
    const branches = async (scale: number) => {
      const seen: string[] = []
      await sample(request({ guidance: { scale }, velocity: (input) => {
        seen.push(input.branch)
        return mixingVelocity(input)
      } }))
      return seen.length
    }
    expect(await branches(1)).toBe(6)
    expect(await branches(0)).toBe(6)
    expect(await branches(1.5)).toBe(12)
  })

  it('finds the clip that a perfect model knows, with either solver', async () => {
    for (const solver of ['unipc', 'flow-match-euler'] as const) {
      const latents = await sample(request({ solver, velocity: async () => NOISE.map((noise, e) => noise - (CLIP[e] as number)) }))
      expect(largestDifference(latents, CLIP)).toBeLessThan(1e-4)
    }
  })

  it('stops between steps when cancelled, and runs no further step', async () => {
    const controller = new AbortController()
    let runs = 0
    const cancelled = sample(request({ signal: controller.signal, velocity: (input) => {
      if (++runs === 3) controller.abort()
      return mixingVelocity(input)
    } }))
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError)
    expect(runs).toBe(3)
  })

  it('lets the event loop breathe between steps, so that a ping is answered', async () => {
    let pings = 0
    let isDone = false
    const ping = () => {
      pings += 1
      if (!isDone) setImmediate(ping)
    }
    setImmediate(ping)
    await sample(request())
    isDone = true
    expect(pings).toBeGreaterThanOrEqual(6)
  })

  it('leaves the noise that it was given alone', async () => {
    const noise = NOISE.slice()
    await sample(request({ noise, known: { latents: CLIP, mask: [true, true, false, false], presentation: 'clean' } }))
    expect(noise).toEqual(NOISE)
  })
})

describe('the timestep input', () => {
  const shape: LatentShape = [1, 16, 3, 4, 6]
  const times = [0, 812.75, 812.75]

  it.each([
    ['batch', 'int64', { type: 'int64', data: BigInt64Array.of(812n), dims: [1] }, [812.75, 812.75, 812.75]],
    ['batch', 'float32', { type: 'float32', data: Float32Array.of(812.75), dims: [1] }, [812.75, 812.75, 812.75]],
    ['frames', 'float32', { type: 'float32', data: Float32Array.of(0, 812.75, 812.75), dims: [1, 3] }, times],
    ['frames', 'int64', { type: 'float32', data: Float32Array.of(0, 812, 812), dims: [1, 3] }, times],
    ['tokens', 'float32', { type: 'float32', data: Float32Array.of(...Array<number>(6).fill(0), ...Array<number>(12).fill(812.75)), dims: [1, 18] }, times],
  ] as const)('for %s %s is what the pack format says', (timestep, timestepType, expected, values) => {
    expect(timestepTensor(values, shape, [1, 2, 2], { timestep, timestepType })).toEqual(expected)
  })
})
