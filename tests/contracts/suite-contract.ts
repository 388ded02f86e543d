/** A small contract that exercises everything a transport must carry; served by every carrier of the contract suite. */
import { appendFile } from 'node:fs/promises'
import { z } from 'zod'
import { StudioError } from '#core/errors.ts'
import type { ContractHandlers } from '#contracts/contract.ts'

export const SUITE_CONTRACT = {
  methods: {
    'text.shout': { input: z.object({ text: z.string().max(1_000_000), deep: z.object({ list: z.array(z.int()) }).optional() }), output: z.object({ text: z.string() }) },
    'text.wrong': { input: z.object({}), output: z.object({ text: z.string() }) },
    'error.known': { input: z.object({}), output: z.object({}) },
    'error.unknown': { input: z.object({}), output: z.object({}) },
    'error.unsendable': { input: z.object({}), output: z.object({ anything: z.unknown() }) },
    'json.echo': { input: z.object({ value: z.json() }), output: z.object({ value: z.json() }) },
    /** Emits `count` ticks, then answers. */
    'tick.emit': { input: z.object({ count: z.int() }), output: z.object({}) },
    'tick.emitWrong': { input: z.object({}), output: z.object({}) },
    /** Runs until its signal aborts, then notes that in the file. */
    'work.untilAborted': { input: z.object({ noteFile: z.string() }), output: z.object({}) },
    /** Finishes its work although it was cancelled meanwhile. */
    'work.finishAnyway': { input: z.object({}), output: z.object({ finished: z.boolean() }) },
  },
  events: { tick: z.object({ index: z.int() }), started: z.object({}) },
} as const
export type SuiteContract = typeof SUITE_CONTRACT

export const SUITE_HANDLERS: ContractHandlers<SuiteContract> = {
  'text.shout': ({ text }) => ({ text: text.toUpperCase() }),
  'text.wrong': () => ({ text: 7 }) as never,
  'error.known': () => {
    throw new StudioError({
      code: 'DISK_FULL', message: 'The disk is full.\n    at Object.write (/home/someone/secret.ts:1:2)', remedy: 'Free some space.', detail: 'ENOSPC',
    })
  },
  'error.unknown': () => {
    throw new TypeError('x is not a function')
  },
  'error.unsendable': () => {
    const circle: Record<string, unknown> = { call: () => {} }
    circle['self'] = circle
    return { anything: circle }
  },
  'json.echo': ({ value }) => ({ value }),
  'tick.emit': ({ count }, { emit }) => {
    for (let index = 0; index < count; index += 1) emit('tick', { index })
    return {}
  },
  'tick.emitWrong': (_input, { emit }) => {
    emit('tick', { index: 'one' } as never)
    emit('tick', { index: 1 })
    return {}
  },
  'work.untilAborted': async ({ noteFile }, { signal, emit }) => {
    emit('started', {})
    await aborted(signal)
    await appendFile(noteFile, 'aborted')
    throw new Error('stopped in the middle')
  },
  'work.finishAnyway': async (_input, { signal, emit }) => {
    emit('started', {})
    await aborted(signal)
    return { finished: true }
  },
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
