/** Two thousand malformed calls on the studio's own contract: typed answers, no crash, nothing changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT, type ProjectSnapshot } from '#contracts/studio-api.ts'
import type { Transport } from '#contracts/transport.ts'
import { STUDIO_ERROR_CODES } from '#core/errors.ts'
import { projectOf, reread, workshop, type OpenedStudio } from '../services/studio-harness.ts'

const shop = workshop()
const MESSAGES = 2_000
let opened: OpenedStudio
let project: ProjectSnapshot
let wire: Transport
const answers = new Map<number, unknown>()

beforeAll(async () => {
  opened = shop.open()
  project = await projectOf(opened.client, ['one', 'two'])
  const [own, other] = memoryTransportPair()
  opened.studio.serve(other)
  own.onMessage((message) => {
    const { id } = message as { readonly id?: number }
    if (id !== undefined) answers.set(id, message)
  })
  wire = own
})
afterAll(() => shop.dispose())

/** With no more than a project's id, or a string, these do what they say; everything else must refuse what it is sent. */
const OBEDIENT: readonly string[] = ['project.create', 'project.createSample', 'project.undo', 'project.redo', 'library.forget', 'settings.set', 'app.doctor']
const METHODS = Object.keys(STUDIO_CONTRACT.methods).filter((method) => !OBEDIENT.includes(method))

function hostileValue(projectId: string): fc.Arbitrary<unknown> {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  let deep: unknown = 0
  for (let depth = 0; depth < 500; depth += 1) deep = { deep }
  const special: readonly unknown[] = [
    undefined, null, Number.NaN, Number.POSITIVE_INFINITY, -0, 2 ** 53, '', '\0', '../..', 'x'.repeat(20_000), cyclic, deep, new Date(Number.NaN), new Map([['a', 1]]), 10n, /x/,
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'), [[[[]]]], { length: 1e9 },
  ]
  return fc.oneof(fc.constantFrom(...special), fc.anything({ maxDepth: 3, withNullPrototype: true, withBigInt: true, withDate: true, withTypedArray: true }), fc.constant(projectId))
}

describe('the studio contract', () => {
  it(`answers ${MESSAGES} malformed calls with typed errors and changes nothing`, async () => {
    const projectId = project.document.project.id
    const before = await reread(opened.client, project)
    const value = hostileValue(projectId)
    const field = fc.constantFrom('projectId', 'command', 'shotIds', 'variations', 'newSeeds', 'jobId', 'presetId', 'packId', 'key', 'value', 'folder', 'file', 'coalesceKey', 'outputFile', '__proto__')
    const input = fc.oneof(value, fc.dictionary(field, value, { maxKeys: 6 }), fc.tuple(value, value).map(([type, payload]) => ({ projectId, command: { type, payload }, coalesceKey: null })))
    const call = fc.record({ method: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: value }), input })
    const seed = Date.now() % 1_000_000
    const calls = fc.sample(call, { numRuns: MESSAGES, seed })
    const sent: number[] = []
    for (const [index, message] of calls.entries()) {
      const id = 10_000 + index
      try {
        wire.post({ kind: 'call', id, ...message } as never)
        sent.push(id)
      } catch {
        // What cannot be cloned never leaves the caller.
      }
      // Few at once, as windows do; the limit of running calls is not what is tried here.
      if (index % 50 === 49) await opened.client.call('settings.get', {})
    }
    await expect.poll(() => sent.filter((id) => !answers.has(id)).length, { timeout: 20_000 }).toBe(0)
    expect(sent.length, `seed ${seed}`).toBeGreaterThan(MESSAGES / 2)
    const untyped = sent.map((id) => answers.get(id) as { kind: string; error?: { code: string; remedy: string; detail?: string } })
      .filter(({ kind, error }) => kind === 'error' && (!STUDIO_ERROR_CODES.includes(error?.code as never) || error?.code === 'INTERNAL' || error?.remedy === ''))
    expect(untyped, `seed ${seed}`).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    const after = await reread(opened.client, project)
    expect({ ...after, history: before.history, revision: before.revision }).toEqual(before)
  })

  it('refuses more calls at once than a window ever makes, and serves on', async () => {
    const [own, other] = memoryTransportPair()
    opened.studio.serve(other)
    const client = createClient(STUDIO_CONTRACT, own)
    const outcomes = await Promise.allSettled(Array.from({ length: 1_500 }, () => client.call('settings.get', {})))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.every((outcome) => (outcome.reason as { code: string }).code === 'NOT_READY')).toBe(true)
    expect(await client.call('settings.get', {})).toEqual({ values: {} })
  })
})
