/** The behaviour that every carrier of a contract shares; called once a transport with a factory of connections. */
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import type { Transport } from '#contracts/transport.ts'
import { CancelledError } from '#core/errors.ts'
import { SUITE_CONTRACT, type SuiteContract } from './suite-contract.ts'

export interface SuiteConnection {
  /** The client's end; SUITE_CONTRACT is served at the other. */
  readonly transport: Transport
  /** Ends the serving side abruptly; null where it cannot end without taking the client with it. */
  readonly endServer: (() => void | Promise<void>) | null
  /** Ends the calling side as its process would end, not by its transport; absent where the transport is all there is. */
  readonly endClient?: () => void
  dispose(): void | Promise<void>
}

/** Runs the contract suite over one kind of transport. */
export function describeContract(carrier: string, connect: () => Promise<SuiteConnection>): void {
  describe(`a contract over ${carrier}`, () => {
    let connection: SuiteConnection
    let client: ContractClient<SuiteContract>
    let folder: string
    const problems: string[] = []

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'shotwright-contract-'))
      connection = await connect()
      problems.length = 0
      client = createClient(SUITE_CONTRACT, connection.transport, { onProblem: ({ where }) => problems.push(where) })
    })
    afterEach(async () => {
      client.dispose()
      await connection.dispose()
      rmSync(folder, { recursive: true, force: true })
    })

    it('answers calls, each with its own answer, in any number at once', async () => {
      const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`)
      const answers = await Promise.all(texts.map((text) => client.call('text.shout', { text })))
      expect(answers.map(({ text }) => text)).toEqual(texts.map((text) => text.toUpperCase()))
    })

    it('refuses a bad input on the calling side, naming the field', async () => {
      const bad = client.call('text.shout', { text: 'x', deep: { list: [1, 'two'] } } as never)
      await expect(bad).rejects.toMatchObject({ code: 'CONTRACT_VIOLATED', message: expect.stringContaining('deep.list[1]') })
    })

    it('refuses a bad input on the serving side too, naming the field', async () => {
      const answer = await rawCall(connection.transport, { kind: 'call', id: 900, method: 'text.shout', input: { text: 'x', deep: { list: [1, 'two'] } } })
      expect(answer).toMatchObject({ kind: 'error', error: { code: 'CONTRACT_VIOLATED', message: expect.stringContaining('deep.list[1]') } })
    })

    it('refuses an output that breaks the contract', async () => {
      await expect(client.call('text.wrong', {})).rejects.toMatchObject({ code: 'CONTRACT_VIOLATED', message: expect.stringContaining('output of text.wrong') })
    })

    it.each(['no.such', '__proto__', 'constructor', 'toString', ''])('answers METHOD_UNKNOWN for the method "%s"', async (method) => {
      const answer = await rawCall(connection.transport, { kind: 'call', id: 901, method, input: {} })
      expect(answer).toMatchObject({ kind: 'error', error: { code: 'METHOD_UNKNOWN' } })
      await expect(client.call(method as never, {} as never)).rejects.toMatchObject({ code: 'METHOD_UNKNOWN' })
    })

    it('carries code, message, remedy and detail of an error, and no stack', async () => {
      const answer = await rawCall(connection.transport, { kind: 'call', id: 902, method: 'error.known', input: {} })
      expect(answer).toEqual({
        kind: 'error', id: 902, error: { code: 'DISK_FULL', message: 'The disk is full.', remedy: 'Free some space.', detail: 'ENOSPC' },
      })
    })

    it('turns an unexpected error into INTERNAL without its stack', async () => {
      const answer = await rawCall(connection.transport, { kind: 'call', id: 903, method: 'error.unknown', input: {} })
      expect(answer).toMatchObject({ kind: 'error', error: { code: 'INTERNAL', detail: 'TypeError: x is not a function' } })
      expect(JSON.stringify(answer)).not.toContain('suite-contract')
    })

    it('answers with an error what the carrier cannot carry', async () => {
      await expect(client.call('error.unsendable', {})).rejects.toMatchObject({ code: 'INTERNAL' })
      await expect(client.call('text.shout', { text: 'still here' })).resolves.toEqual({ text: 'STILL HERE' })
    })

    it('delivers events in order and drops those that break their schema', async () => {
      const seen: number[] = []
      client.on('tick', () => {
        throw new Error('a bad listener')
      })
      const stop = client.on('tick', ({ index }) => seen.push(index))
      await client.call('tick.emit', { count: 3 })
      await client.call('tick.emitWrong', {})
      expect(seen).toEqual([0, 1, 2, 1])
      expect(problems).toEqual(Array.from({ length: 4 }, () => 'listener of tick'))
      stop()
      await client.call('tick.emit', { count: 1 })
      expect(seen).toHaveLength(4)
    })

    it('carries an abort to the handler and the cancellation back', async () => {
      const noteFile = join(folder, 'note')
      const controller = new AbortController()
      client.on('started', () => controller.abort())
      await expect(client.call('work.untilAborted', { noteFile }, { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError)
      expect(readFileSync(noteFile, 'utf8')).toBe('aborted')
    })

    it('hands over the output of work that was finished when the cancel came', async () => {
      const controller = new AbortController()
      client.on('started', () => controller.abort())
      await expect(client.call('work.finishAnyway', {}, { signal: controller.signal })).resolves.toEqual({ finished: true })
    })

    it('never starts a call whose signal was aborted before', async () => {
      const call = client.call('text.shout', { text: 'x' }, { signal: AbortSignal.abort() })
      await expect(call).rejects.toBeInstanceOf(CancelledError)
    })

    it('rejects what is pending as DISCONNECTED when the serving side is gone', async ({ skip }) => {
      if (!connection.endServer) return skip('The serving side outlives the calling one.')
      const reasons: string[] = []
      client.onClose((reason) => reasons.push(reason))
      const started = new Promise<void>((resolve) => {
        client.on('started', () => resolve())
      })
      const pending = client.call('work.untilAborted', { noteFile: join(folder, 'note') })
      const outcome = expect(pending).rejects.toMatchObject({ code: 'DISCONNECTED' })
      await started
      await connection.endServer()
      await outcome
      await expect(client.call('text.shout', { text: 'x' })).rejects.toMatchObject({ code: 'DISCONNECTED' })
      expect(reasons).toHaveLength(1)
      client.onClose((reason) => reasons.push(reason))
      expect(reasons).toHaveLength(2)
    })

    it("aborts the running handlers when the caller's side is gone", async () => {
      const noteFile = join(folder, 'note')
      const started = new Promise<void>((resolve) => {
        client.on('started', () => resolve())
      })
      const pending = expect(client.call('work.untilAborted', { noteFile })).rejects.toMatchObject({ code: 'DISCONNECTED' })
      await started
      connection.endClient?.()
      client.dispose()
      await pending
      await vi.waitFor(() => expect(existsSync(noteFile) && readFileSync(noteFile, 'utf8')).toBe('aborted'), { timeout: 5_000, interval: 10 })
    })

    it('survives malformed, huge, deep and proto-key messages', async () => {
      for (const message of malformedMessages()) {
        try {
          connection.transport.post(message as never)
        } catch {
          // What the carrier itself refuses (cyclic values, functions) never reaches the other side.
        }
      }
      await expect(client.call('text.shout', { text: 'still here' })).resolves.toEqual({ text: 'STILL HERE' })
      const polluted = await client.call('json.echo', { value: JSON.parse('{"__proto__":{"polluted":true},"a":1}') })
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      expect((polluted.value as Record<string, unknown>)['polluted']).toBeUndefined()
    })
  })
}

let deepValue: unknown = 0
for (let depth = 0; depth < 2_000; depth += 1) deepValue = [deepValue]

function malformedMessages(): readonly unknown[] {
  const cyclic: Record<string, unknown> = { kind: 'call', id: 700, method: 'json.echo' }
  cyclic['input'] = { value: cyclic }
  return [
    null, undefined, 0, '', 'call', [], [1], {}, { kind: 7 }, { kind: 'call' }, { kind: 'call', id: 'x', method: 'text.shout' },
    { kind: 'call', id: Number.NaN, method: 'text.shout' }, { kind: 'call', id: 701 }, { kind: 'call', id: 702, method: ['text.shout'] },
    { kind: 'call', id: 703, method: 'text.shout' }, { kind: 'call', id: 704, method: 'text.shout', input: 'x'.repeat(1_000_000) },
    { kind: 'call', id: 705, method: 'json.echo', input: { value: deepValue } },
    { kind: 'call', id: 706, method: '__proto__', input: JSON.parse('{"__proto__":{"polluted":true}}') },
    { kind: 'cancel' }, { kind: 'cancel', id: 99_999 }, { kind: 'result', id: 1, output: {} }, { kind: 'error', id: 'x' },
    { kind: 'event', name: '__proto__', payload: {} }, { kind: 'event' }, { kind: 'no such kind', id: 1 }, cyclic, { kind: 'call', id: 707, method: () => {} },
  ]
}

function rawCall(transport: Transport, message: { readonly id: number } & Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = transport.onMessage((answer) => {
      if ((answer as { readonly id?: number }).id !== message.id) return
      stop()
      resolve(answer)
    })
    transport.post(message as never)
  })
}
