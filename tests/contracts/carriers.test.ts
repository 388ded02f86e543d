/** Every carrier of a contract passes the same suite. */
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { WebSocketServer } from 'ws'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { messagePortTransport, type EmittingPort } from '#contracts/message-port-transport.ts'
import { createServer } from '#contracts/server.ts'
import type { Transport } from '#contracts/transport.ts'
import { webSocketTransport } from '#contracts/web-socket-transport.ts'
import { ipcTransport } from '#main/ipc-transport.ts'
import { STUDIO_CHANNEL } from '#main/security.ts'
import { findHost, type PreloadBridge } from '#renderer/host/host.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { describeContract, type SuiteConnection } from './contract-suite.ts'
import { SUITE_CONTRACT, SUITE_HANDLERS } from './suite-contract.ts'

describeContract('memory', async () => {
  const [client, server] = memoryTransportPair()
  return served(client, server)
})

describeContract('a WebSocket', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => sockets.once('listening', resolve))
  const accepted = new Promise<Transport>((resolve) => {
    sockets.once('connection', (socket) => resolve(webSocketTransport(socket)))
  })
  const { port } = sockets.address() as { readonly port: number }
  const client = webSocketTransport(new WebSocket(`ws://127.0.0.1:${port}`))
  const connection = served(client, await accepted)
  return {
    ...connection,
    dispose: async () => {
      connection.dispose()
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => sockets.close(resolve))
    },
  }
})

describeContract('a child process', async () => {
  const host = childProcessHost({ entry: fileURLToPath(new URL('./suite-child.ts', import.meta.url)) })
  const process = host.start({ role: 'suite', onOutput: () => {} })
  return {
    transport: process.transport,
    endServer: async () => {
      process.kill()
      await process.exited
    },
    dispose: async () => {
      process.kill()
      await process.exited
    },
  }
})

describeContract("Node's and the DOM's MessagePort", async () => {
  const { port1, port2 } = new MessageChannel()
  return served(messagePortTransport(port1, { delivers: 'event' }), messagePortTransport(port2, { delivers: 'event' }))
})

describeContract("Electron's MessagePortMain and parentPort", async () => {
  const [client, server] = electronPorts()
  return served(messagePortTransport(client), messagePortTransport(server))
})

describeContract("Electron's IPC, from the preload's pipe to the main process", async () => {
  const { page, ipcMain, contents } = electronWindow()
  const server = createServer(SUITE_CONTRACT, SUITE_HANDLERS, ipcTransport(ipcMain, contents))
  return {
    transport: findHost(page)(),
    endServer: null,
    endClient: () => contents.destroy(),
    dispose: () => server.dispose(),
  }
})

function served(client: Transport, server: Transport): SuiteConnection {
  const own = createServer(SUITE_CONTRACT, SUITE_HANDLERS, server)
  return { transport: client, endServer: () => own.dispose(), dispose: () => own.dispose() }
}

/** Ports that act as Electron documents MessagePortMain: structured clone, queued until start(), `{data}` events, 'close' on both ends. */
function electronPorts(): readonly [EmittingPort, EmittingPort] {
  class FakePortMain extends EventEmitter {
    peer: FakePortMain | null = null
    queue: unknown[] | null = []
    postMessage(message: unknown): void {
      const data: unknown = structuredClone(message)
      setImmediate(() => this.peer?.arrive(data))
    }
    arrive(data: unknown): void {
      if (this.queue) this.queue.push(data)
      else this.emit('message', { data, ports: [] })
    }
    start(): void {
      const waiting = this.queue ?? []
      this.queue = null
      for (const data of waiting) this.emit('message', { data, ports: [] })
    }
    close(): void {
      const peer = this.peer
      this.peer = null
      setImmediate(() => {
        this.emit('close')
        peer?.emit('close')
      })
    }
  }
  const left = new FakePortMain()
  const right = new FakePortMain()
  left.peer = right
  right.peer = left
  return [left, right]
}

/** A window as Electron documents it: ipcRenderer.send reaches ipcMain with its sender, webContents.send the page; both clone. */
function electronWindow() {
  const ipcMain = new EventEmitter()
  const toPage = new EventEmitter()
  class FakeWebContents extends EventEmitter {
    readonly id = 1
    #isDestroyed = false
    isDestroyed(): boolean {
      return this.#isDestroyed
    }
    send(channel: string, message: unknown): void {
      const copy: unknown = structuredClone(message)
      setImmediate(() => toPage.emit(channel, copy))
    }
    destroy(): void {
      this.#isDestroyed = true
      this.emit('destroyed')
    }
  }
  const contents = new FakeWebContents()
  // As src/preload exposes it.
  const bridge: PreloadBridge = {
    post: (message) => {
      const copy: unknown = structuredClone(message)
      const event = { sender: contents, senderFrame: { url: 'shotwright://studio/index.html', parent: null } }
      setImmediate(() => ipcMain.emit(STUDIO_CHANNEL, event, copy))
    },
    onMessage: (listener) => {
      toPage.on(STUDIO_CHANNEL, listener)
      return () => toPage.removeListener(STUDIO_CHANNEL, listener)
    },
  }
  return { ipcMain: ipcMain as never, contents: contents as never as FakeWebContents & Parameters<typeof ipcTransport>[1], page: { shotwright: bridge } as never as Window }
}
