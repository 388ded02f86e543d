/** Runs the built main bundle with the fake `electron` in place of the real one, driven over process messages. */
import { registerHooks } from 'node:module'

const FAKE = new URL('./fake-electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: FAKE, shortCircuit: true } : next(specifier, context)),
})
// The bundle's folder imports packages from the repository, so the hook above is all that differs from Electron.
const { fake, app, ipcMain } = (await import(FAKE)) as typeof import('./fake-electron.ts')

interface Request_ { readonly id: number; readonly verb: string; readonly args: Readonly<Record<string, unknown>> }

fake.onSent = (channel, message) => process.send?.({ kind: 'sent', channel, message })
process.on('message', (request: Request_) => {
  void Promise.resolve(answer(request)).then(
    (value) => process.send?.({ kind: 'answer', id: request.id, value }),
    (error: unknown) => process.send?.({ kind: 'answer', id: request.id, error: String(error) }),
  )
})
await import(process.env['FAKE_ELECTRON_MAIN'] ?? '')
process.send?.({ kind: 'loaded' })

function answer({ verb, args }: Request_): unknown {
  const window = fake.windows[0]
  switch (verb) {
    case 'state': return state()
    case 'ipc': return ipcMain.emit(String(args['channel']), { sender: { id: args['senderId'] ?? window?.webContents.id }, senderFrame: args['frame'] }, args['message'])
    case 'fetch': return fetchFrom(String(args['url']), args['headers'] as Record<string, string>)
    case 'navigate': return isPrevented((event) => window?.webContents.emit(String(args['event']), { ...event, url: args['url'] }))
    case 'webview': return isPrevented((event) => window?.webContents.emit('will-attach-webview', event))
    case 'open': return { ...window?.webContents.windowOpenHandler?.({ url: String(args['url']) }), openedOutside: fake.openedOutside }
    case 'permission': return new Promise((resolve) => fake.permissionRequestHandler?.({ getURL: () => String(args['url']) } as never, String(args['permission']), resolve))
    case 'page-gone': window?.webContents.emit('render-process-gone', {}, { reason: args['reason'], exitCode: 1 }); return window?.webContents.reloads
    case 'second-instance': app.emit('second-instance'); return fake.windows[0]?.isFocused
    case 'quit': app.quit(); return true
    default: throw new Error(`No verb ${verb}`)
  }
}

function state(): unknown {
  return {
    isSandboxEnabled: app.isSandboxEnabled, schemes: fake.privilegedSchemes, handled: [...fake.protocolHandlers.keys()], menu: fake.menu !== null,
    windows: fake.windows.map((window) => ({ options: window.options, url: window.webContents.url, isShown: window.isShown, contentsId: window.webContents.id })),
    ipcChannels: ipcMain.eventNames(),
  }
}

function isPrevented(emit: (event: { preventDefault(): void }) => void): boolean {
  let prevented = false
  emit({ preventDefault: () => { prevented = true } })
  return prevented
}

async function fetchFrom(url: string, headers: Record<string, string>): Promise<unknown> {
  const handler = fake.protocolHandlers.get(new URL(url).protocol.slice(0, -1))
  if (!handler) throw new Error(`No handler for ${url}`)
  const response = await handler(new Request(url, { headers }))
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: Object.fromEntries(response.headers), length: body.length, text: body.subarray(0, 2_000).toString('utf8') }
}
