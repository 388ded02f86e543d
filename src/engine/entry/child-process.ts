/** Entry of an engine that was forked by a plain Node process (command line, web host, tests). */
import { wireTransport } from '#contracts/wire-transport.ts'
import { endWithTransport, startEngine } from './start-engine.ts'

if (process.send === undefined) {
  process.stderr.write('The engine is started by the studio, not by hand: it needs a message channel.\n')
  process.exit(2)
}

const wire = wireTransport({
  post: (message) => process.send?.(message, (error: Error | null) => {
    if (error) wire.closed(`The studio can no longer be reached (${error.message}).`)
  }),
  close: () => process.disconnect(),
})
process.on('message', (message) => wire.receive(message))
process.on('disconnect', () => wire.closed('The studio is gone.'))
const engine = startEngine(wire.transport, { env: process.env, writeLine: (line) => process.stderr.write(`${line}\n`) })
endWithTransport(wire.transport, engine)
