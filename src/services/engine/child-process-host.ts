/** Starts engine processes as forked Node children: the host of the command line, the web host and the tests. */
import { fork, type ChildProcess } from 'node:child_process'
import type { EngineExit, EngineHost, EngineProcess, EngineStartOptions } from './engine-host.ts'
import { processTransport } from './process-transport.ts'

export interface ChildProcessHostOptions {
  /** The engine's entry file: src/engine/entry/child-process.ts, or the built out/main/engine.js. */
  readonly entry: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The Node that runs it; this process's own unless told. */
  readonly execPath?: string
}

/** An engine host that forks `entry` with an IPC channel that carries structured clones. */
export function childProcessHost(options: ChildProcessHostOptions): EngineHost {
  return { start: (start) => startChild(options, start) }
}

function startChild(options: ChildProcessHostOptions, start: EngineStartOptions): EngineProcess {
  const child = fork(options.entry, [start.role], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: { ...process.env, ...options.env },
    ...(options.execPath === undefined ? {} : { execPath: options.execPath }),
  })
  child.stdout?.setEncoding('utf8').on('data', start.onOutput)
  child.stderr?.setEncoding('utf8').on('data', start.onOutput)
  return {
    transport: processTransport(child),
    pid: child.pid ?? null,
    exited: exitOf(child),
    kill: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    },
  }
}

function exitOf(child: ChildProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    // A process that could not be started has no exit event.
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null })
    })
  })
}
