/** The fake engine as a child process; FAKE_ENGINE_FAULTS and FAKE_ENGINE_STEP_MS are its options. */
import { flushCompileCache } from 'node:module'
import { createServer } from '#contracts/server.ts'
import { ENGINE_CONTRACT } from '#contracts/engine-api.ts'
import { processTransport } from '#services/engine/process-transport.ts'
import { fakeEngineHandlers } from './fake-engine.ts'

// A process that is killed would never write it, and the next one would compile everything again.
flushCompileCache()
const transport = processTransport(process)
transport.onClose(() => process.exit(0))
createServer(ENGINE_CONTRACT, fakeEngineHandlers({
  faultsFile: process.env['FAKE_ENGINE_FAULTS'] ?? '', stepMs: Number(process.env['FAKE_ENGINE_STEP_MS'] ?? 0),
}), transport)
