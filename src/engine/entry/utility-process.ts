/** Entry of an engine that Electron started as a utility process. */
import { messagePortTransport } from '#contracts/message-port-transport.ts'
import type { EmittingPort } from '#contracts/message-port-transport.ts'
import { endWithTransport, startEngine } from './start-engine.ts'

const { parentPort } = process as unknown as { readonly parentPort?: EmittingPort }
if (parentPort === undefined) {
  process.stderr.write('The engine is started by the studio, not by hand: it needs a parent port.\n')
  process.exit(2)
}

// Since Electron 37 an unhandled rejection no longer ends the process; a broken engine must, so that it is started anew.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`engine error: ${reason instanceof Error ? reason.stack : String(reason)}\n`)
  process.exit(1)
})
const transport = messagePortTransport(parentPort, { delivers: 'event' })
const engine = startEngine(transport, { env: process.env, writeLine: (line) => process.stderr.write(`${line}\n`) })
endWithTransport(transport, engine)
