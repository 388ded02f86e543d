/** Tries each execution provider in a process of its own: a driver that crashes takes the probe down and nothing else. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderReport } from '#contracts/engine-api.ts'
import type { ProbeReport } from './inference-port.ts'
import { devicesToProbe, explainRefusal } from './providers.ts'

const TIMEOUT_MS = 20_000
const OUTPUT_LIMIT = 20_000
/** What the probe child prints when its run worked. */
export const PROBE_WORKED = 'PROBE-WORKED'

/** One after the other: two providers that fight for a device would both look broken. */
export async function probeProviders(onnxruntime: string): Promise<ProbeReport> {
  const providers: ProviderReport[] = []
  for (const device of devicesToProbe(process.platform)) providers.push(await probeProvider(device))
  return { providers, onnxruntime }
}

export async function probeProvider(provider: string, timeoutMs = TIMEOUT_MS): Promise<ProviderReport> {
  const startedAt = performance.now()
  const outcome = await runProbeChild(provider, timeoutMs)
  const probeMs = performance.now() - startedAt
  if (outcome.kind === 'worked') return { provider, available: true, reason: null, remedy: null, probeMs }
  return { provider, available: false, ...refusalOf(provider, outcome), probeMs }
}

type Outcome =
  | { readonly kind: 'worked' }
  | { readonly kind: 'refused' | 'crashed' | 'timeout' | 'not-started'; readonly said: string; readonly code: string }

function refusalOf(provider: string, outcome: Exclude<Outcome, { kind: 'worked' }>): { reason: string; remedy: string | null } {
  switch (outcome.kind) {
    case 'refused': return explainRefusal(provider, outcome.said)
    case 'crashed': return { reason: `The driver of ${provider} crashed when it was tried (${outcome.code}).`, remedy: 'Update the driver of the device, or use the CPU.' }
    case 'timeout': return { reason: `${provider} gave no answer within ${outcome.code}.`, remedy: 'Restart the computer and update the driver of the device, or use the CPU.' }
    case 'not-started': return { reason: `The probe of ${provider} could not be started: ${outcome.said}`, remedy: 'Install the studio again.' }
  }
}

function runProbeChild(provider: string, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    // Inside Electron the executable is Electron itself, which runs as Node where this variable is set.
    const child = spawn(process.execPath, [probeScript(), provider], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true,
    })
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve({ kind: 'timeout', said, code: `${timeoutMs / 1000} seconds` })
    }, timeoutMs)
    const listen = (chunk: Buffer) => {
      if (said.length < OUTPUT_LIMIT) said += chunk.toString('utf8')
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ kind: 'not-started', said: error.message, code: '' })
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (said.includes(PROBE_WORKED)) resolve({ kind: 'worked' })
      else if (signal !== null || code !== 1) resolve({ kind: 'crashed', said, code: signal ?? `exit code ${code}` })
      else resolve({ kind: 'refused', said, code: '1' })
    })
  })
}

/** Beside this file in the source tree; in a bundle beside it or above the folder of shared chunks. */
function probeScript(): string {
  const candidates = ['probe-child.ts', 'probe-child.js', '../probe-child.js'].map((name) => join(import.meta.dirname, name))
  return candidates.find((file) => existsSync(file)) ?? (candidates[0] as string)
}
