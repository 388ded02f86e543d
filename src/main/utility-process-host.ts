/** Starts engine processes as Electron utility processes: Chromium's sandboxed services manager watches them, Node runs in them. */
import { utilityProcess, type UtilityProcess } from 'electron'
import { messagePortTransport } from '#contracts/message-port-transport.ts'
import type { EngineExit, EngineHost, EngineProcess, EngineStartOptions } from '#services/engine/engine-host.ts'

/** An engine host that forks the built engine bundle; `env` reaches it before any native library loads. */
export function utilityProcessHost(entry: string, env: Readonly<Record<string, string>>): EngineHost {
  return { start: (options) => startUtility(entry, env, options) }
}

function startUtility(entry: string, env: Readonly<Record<string, string>>, options: EngineStartOptions): EngineProcess {
  const child = utilityProcess.fork(entry, [options.role], {
    serviceName: `Shotwright engine (${options.role})`, stdio: 'pipe', env: { ...process.env, ...env },
  })
  child.stdout?.on('data', (chunk: Buffer) => options.onOutput(chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => options.onOutput(chunk.toString('utf8')))
  return {
    transport: messagePortTransport(child, { delivers: 'value', closeEvents: ['exit'], close: () => { child.kill() } }),
    pid: child.pid ?? null,
    exited: exitOf(child),
    kill: () => { child.kill() },
  }
}

/** Electron's exit code can be 0 after a crash (electron#42283), so callers treat every exit that they did not ask for as a crash. */
function exitOf(child: UtilityProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve({ code, signal: null }))
  })
}
