/**
 * `npm run install:cuda`: gives the installed onnxruntime-node its CUDA 12 part, which npm does not carry; never run by npm ci.
 * `-- --check` only looks. It does what onnxruntime-node's own install script does, which cannot be used here: npm hands it
 * the setting that skips it (.npmrc), it checks neither the machine nor the download, and it says nothing of cuDNN.
 */
import { parseArgs } from 'node:util'
import { systemClock } from '#services/clock.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { ProviderProbe } from '#services/engine/provider-probe.ts'
import { join } from 'node:path'
import { thisMachine } from './checks.ts'
import { installCuda } from './install.ts'
import { InstallProblem } from './package-feed.ts'

const { check, feed } = parseArgs({ options: { check: { type: 'boolean', default: false }, feed: { type: 'string' } } }).values
const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const isReady = await installCuda({ machine: thisMachine(), onlyCheck: check, say, ...(feed === undefined ? {} : { feed }) })
  if (isReady) await tryCuda()
  process.exitCode = isReady ? 0 : 1
} catch (error) {
  if (!(error instanceof InstallProblem)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

/** The proof is a model that ran: in a process of its own, as the studio does it. */
async function tryCuda(): Promise<void> {
  const host = childProcessHost({ entry: join(import.meta.dirname, '..', '..', 'src', 'engine', 'entry', 'child-process.ts') })
  const probe = new ProviderProbe({ host, engine: { ask: () => Promise.reject(new Error('Only one provider is tried.')) }, clock: systemClock() })
  try {
    await probe.choose(['cuda'])
    say('CUDA works: a model ran on it.')
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
