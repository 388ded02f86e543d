/** Starts the built main bundle under the fake `electron` in a process of its own, and drives it. */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Transport } from '#contracts/transport.ts'
import { wireTransport } from '#contracts/wire-transport.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'out', 'main', 'index.js')
export const STUDIO_FRAME = Object.freeze({ url: 'shotwright://studio/index.html', parent: null })
const CHANNEL = 'shotwright:studio'

export interface DrivenShell {
  ask<T>(verb: string, args?: Readonly<Record<string, unknown>>): Promise<T>
  /** The page's end of the studio contract, spoken over the fake IPC as a trusted frame. */
  readonly transport: Transport
  /** Everything that the shell sent to its window. */
  readonly sent: readonly unknown[]
  readonly exited: Promise<number | null>
  kill(): void
}

/** `dataFolder` stands for Electron's userData. */
export async function startShell(dataFolder: string, env: Readonly<Record<string, string>> = {}): Promise<DrivenShell> {
  if (!existsSync(MAIN)) throw new Error('out/main/index.js is missing: run "npm run build" first.')
  const child = fork(join(import.meta.dirname, 'run-main.ts'), [], {
    execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced',
    env: { ...process.env, FAKE_ELECTRON_DATA: dataFolder, FAKE_ELECTRON_APP: ROOT, FAKE_ELECTRON_MAIN: MAIN, ...env },
  })
  let said = ''
  child.stdout?.on('data', (chunk) => { said += String(chunk) })
  child.stderr?.on('data', (chunk) => { said += String(chunk) })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  const sent: unknown[] = []
  let nextId = 1

  function ask<T>(verb: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const id = nextId++
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      child.send({ id, verb, args })
    })
  }
  const wire = wireTransport({
    post: (message) => { void ask('ipc', { channel: CHANNEL, frame: STUDIO_FRAME, message }).catch(() => { /* The shell has quit: the transport is closed. */ }) },
    close: () => undefined,
  })
  const loaded = new Promise<void>((resolve, reject) => {
    child.on('message', (message: { kind: string; id?: number; value?: never; error?: string; message?: unknown }) => {
      if (message.kind === 'loaded') resolve()
      if (message.kind === 'sent') {
        sent.push(message.message)
        wire.receive(message.message)
      }
      if (message.kind === 'answer' && message.id !== undefined) {
        const caller = waiting.get(message.id)
        waiting.delete(message.id)
        if (message.error === undefined) caller?.resolve(message.value as never)
        else caller?.reject(new Error(message.error))
      }
    })
    void exited.then((code) => {
      wire.closed('The shell has quit.')
      for (const caller of waiting.values()) caller.reject(new Error(`The shell has quit (${code}): ${said}`))
      reject(new Error(`The shell quit with ${code}: ${said}`))
    })
  })
  await loaded
  return { ask, transport: wire.transport, sent, exited, kill: () => { child.kill('SIGKILL') } }
}
