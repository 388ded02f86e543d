/** Gives a forked Node process the `parentPort` that Electron's utility processes have, with Electron's event shape. */
import { EventEmitter } from 'node:events'

const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => process.send?.(message) })
process.on('message', (data) => port.emit('message', { data, ports: [] }))
process.on('disconnect', () => port.emit('close'))
Object.assign(process, { parentPort: port })
