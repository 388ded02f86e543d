/** Generations that are killed between steps: what is taken up again ends as if nothing had happened, and makes no step twice. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from '#contracts/client.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import type { GenerateRequest, GenerateResult } from '#contracts/engine-api.ts'
import { gaussianNoise } from '#engine/sampling/noise.ts'
import { createSolver } from '#engine/sampling/create-solver.ts'
import { createCheckpoints } from '#engine/pipelines/checkpoint.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import type { EngineProcess } from '#services/engine/engine-host.ts'
import { aRequest } from './engine-fixture.ts'
import { packFolder } from './golden.ts'
import { copyPack, temporaryFolder } from './pack-copy.ts'

const ENTRY = fileURLToPath(new URL('../../src/engine/entry/child-process.ts', import.meta.url))
const LIMIT_MS = 120_000
/** Enough that a kill falls between the first and the last of them, however late the busy machine carries it out. */
const STEPS = 20

const started: EngineProcess[] = []
afterEach(async () => {
  for (const engine of started.splice(0)) {
    engine.kill()
    await engine.exited
  }
})

/** An engine that writes a checkpoint after every step. */
function start() {
  const engine = childProcessHost({ entry: ENTRY, env: { SHOTWRIGHT_CHECKPOINT_MS: '0' } }).start({ role: 'generate', onOutput: () => {} })
  started.push(engine)
  return { engine, client: createClient(ENGINE_CONTRACT, engine.transport) }
}

function contentOf({ video, latents, thumbnail }: GenerateResult): readonly string[] {
  return [video.sha256, latents.stored.sha256, thumbnail.sha256]
}

/** Kills the engine's process when so many steps are counted; resolves with the steps that it had counted. */
async function killAfter(steps: number, request: GenerateRequest): Promise<number> {
  const { engine, client } = start()
  let counted = 0
  client.on('job.progress', ({ stage, completed }) => {
    if (stage !== 'sampling') return
    counted = completed
    if (completed >= steps) engine.kill()
  })
  await expect(client.call('take.generate', request)).rejects.toMatchObject({ code: 'DISCONNECTED' })
  await engine.exited
  return counted
}

/** The result, and the steps that this run made itself: those after the first count that it told of. */
async function finish(request: GenerateRequest): Promise<{ readonly result: GenerateResult; readonly ownSteps: number }> {
  const { client } = start()
  const counts: number[] = []
  client.on('job.progress', ({ stage, completed }) => stage === 'sampling' && counts.push(completed))
  const result = await client.call('take.generate', request)
  const increments = counts.map((count, index) => count - (counts[index - 1] ?? 0)).filter((step) => step === 1)
  client.dispose()
  return { result, ownSteps: increments.length }
}

describe('a generation that was killed between steps', () => {
  it.each([['unipc', 'tiny-wan'], ['flow-match-euler', 'tiny-camera']])('goes on from its last step with %s and ends the same to the bit', { timeout: LIMIT_MS }, async (_, pack) => {
    const changes = { packFolder: packFolder(pack), steps: STEPS, frameCount: 17, seed: 12 }
    const whole = await finish(aRequest(changes))
    expect(whole.ownSteps).toBe(STEPS)
    const checkpointFile = join(temporaryFolder(), 'state')
    await killAfter(3, aRequest({ ...changes, checkpointFile }))
    const resumed = await finish(aRequest({ ...changes, checkpointFile }))
    expect(contentOf(resumed.result)).toEqual(contentOf(whole.result))
    expect(resumed.ownSteps).toBeGreaterThan(0)
    expect(resumed.ownSteps).toBeLessThanOrEqual(STEPS - 2)
  })

  it('makes no clip again that was finished', { timeout: LIMIT_MS }, async () => {
    const changes = { steps: STEPS, frameCount: 41, seed: 13 }
    const whole = await finish(aRequest(changes))
    expect(whole.ownSteps).toBe(4 * STEPS)
    const checkpointFile = join(temporaryFolder(), 'state')
    await killAfter(2 * STEPS + 5, aRequest({ ...changes, checkpointFile }))
    const finished = readdirSync(dirname(checkpointFile)).filter((name) => /^state-\d+$/.test(name)).length
    expect(finished).toBeGreaterThanOrEqual(2)
    const resumed = await finish(aRequest({ ...changes, checkpointFile }))
    expect(contentOf(resumed.result)).toEqual(contentOf(whole.result))
    expect(resumed.ownSteps).toBeLessThanOrEqual((4 - finished) * STEPS)
    expect(resumed.result.segments).toEqual(whole.result.segments)
  })

  it('starts over where the request is another, or the state is damaged', { timeout: LIMIT_MS }, async () => {
    const checkpointFile = join(temporaryFolder(), 'state')
    const changes = { steps: STEPS, frameCount: 17, seed: 12, checkpointFile }
    await killAfter(3, aRequest(changes))
    expect((await finish(aRequest({ ...changes, seed: 99 }))).ownSteps).toBe(STEPS)
    await killAfter(3, aRequest(changes))
    const bytes = readFileSync(checkpointFile)
    bytes[bytes.length - 5]! ^= 1
    writeFileSync(checkpointFile, bytes)
    expect((await finish(aRequest(changes))).ownSteps).toBe(STEPS)
  })

  it('starts over where the pack samples in another way now, though its weights are the same', { timeout: LIMIT_MS }, async () => {
    const changes = { steps: STEPS, frameCount: 17, seed: 12, checkpointFile: join(temporaryFolder(), 'state') }
    await killAfter(3, aRequest(changes))
    const changed = copyPack('tiny-camera', (manifest) => Object.assign(manifest['schedule']!, { shift: 7 }))
    expect((await finish(aRequest({ ...changes, packFolder: changed }))).ownSteps).toBe(STEPS)
  })
})

describe('a solver', () => {
  it.each(['flow-match-euler', 'unipc', 'dmd'] as const)('%s goes on bit for bit from what it saved, from any step', (name) => {
    const request = { steps: 5, shift: 3, ...(name === 'dmd' ? { timesteps: [1000, 800, 600, 400, 200] } : {}), noiseFor: (step: number) => gaussianNoise(64, { seed: 5, stream: step + 1 }) }
    const velocityAt = (step: number) => gaussianNoise(64, { seed: 6, stream: step })
    for (let stop = 0; stop <= 5; stop++) {
      const [whole, first, second] = [createSolver(name, request), createSolver(name, request), createSolver(name, request)]
      let [expected, actual] = [gaussianNoise(64, { seed: 7 }), gaussianNoise(64, { seed: 7 })]
      for (let step = 0; step < 5; step++) expected = whole.step(step, velocityAt(step), expected) as typeof expected
      for (let step = 0; step < stop; step++) actual = first.step(step, velocityAt(step), actual) as typeof actual
      second.restore(stop, first.save().map((tensor) => tensor.slice()))
      for (let step = stop; step < 5; step++) actual = second.step(step, velocityAt(step), actual) as typeof actual
      expect(actual).toEqual(expected)
    }
  })
})

describe('checkpoints', () => {
  it('are at least their interval apart and cost at most their share of the time', async () => {
    let nowMs = 0
    const file = join(temporaryFolder(), 'state')
    let written = 0
    const checkpoints = createCheckpoints({ file, key: 'k', intervalMs: 1_000, now: () => nowMs })
    const state = () => {
      written += 1
      // Writing takes 100 ms: at 1.5 % one is worth it every 6.7 s.
      nowMs += 100
      return { index: 1, latents: new Float32Array(4), solver: [] }
    }
    for (let step = 0; step < 400; step++) {
      nowMs += 100
      await checkpoints.offer(0, state, [])
    }
    expect(existsSync(file)).toBe(true)
    expect(written).toBeGreaterThanOrEqual(2)
    expect(written).toBeLessThanOrEqual(8)
  })
})
