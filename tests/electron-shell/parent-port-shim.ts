/** Gives a forked Node child the `process.parentPort` that Electron gives its utility processes. */
import { EventEmitter } from 'node:events'

const port = new EventEmitter()
process.on('message', (data) => port.emit('message', { data, ports: [] }))
process.on('disconnect', () => process.exit(0))
Object.defineProperty(process, 'parentPort', {
  value: Object.assign(port, {
    postMessage: (message: unknown) => { if (process.connected) process.send?.(message) },
    start: () => undefined,
  }),
})
