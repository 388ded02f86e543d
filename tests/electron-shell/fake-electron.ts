/** A faithful stand-in for the `electron` module: the same shapes and event order, real child processes, no windows on a screen. */
import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'

const SHIM = new URL('./parent-port-shim.ts', import.meta.url).pathname

class FakeWebContents extends EventEmitter {
  static nextId = 1
  readonly id = FakeWebContents.nextId++
  readonly sent: { channel: string; message: unknown }[] = []
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null
  url = ''
  reloads = 0
  private destroyed = false

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler
  }
  /** Electron clones the message structurally and throws where it cannot. */
  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message: structuredClone(message) })
    fake.onSent?.(channel, structuredClone(message))
  }
  getURL(): string {
    return this.url
  }
  reload(): void {
    this.reloads += 1
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  destroy(): void {
    this.destroyed = true
    this.emit('destroyed')
  }
}

class FakeBrowserWindow extends EventEmitter {
  readonly webContents = new FakeWebContents()
  readonly options: Readonly<Record<string, unknown>>
  isShown = false
  isFocused = false

  constructor(options: Readonly<Record<string, unknown>>) {
    super()
    this.options = options
    fake.windows.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.url = url
    queueMicrotask(() => this.emit('ready-to-show'))
  }
  show(): void {
    this.isShown = true
  }
  focus(): void {
    this.isFocused = true
  }
  isMinimized(): boolean {
    return false
  }
  restore(): void {
    // A fake window is never minimised.
  }
  close(): void {
    this.webContents.destroy()
    this.emit('closed')
    app.emit('window-all-closed')
  }
  static getAllWindows(): FakeBrowserWindow[] {
    return fake.windows.filter((window) => !window.webContents.isDestroyed())
  }
}

class FakeApp extends EventEmitter {
  isPackaged = false
  isSandboxEnabled = false
  private quitting = false

  enableSandbox(): void {
    this.isSandboxEnabled = true
  }
  requestSingleInstanceLock(): boolean {
    return fake.hasInstanceLock
  }
  whenReady(): Promise<void> {
    return Promise.resolve()
  }
  getPath(name: string): string {
    return `${process.env['FAKE_ELECTRON_DATA'] ?? ''}/${name}`
  }
  getAppPath(): string {
    return process.env['FAKE_ELECTRON_APP'] ?? process.cwd()
  }
  getVersion(): string {
    return '0.0.0-fake'
  }
  setAppUserModelId(): void {
    // Only Windows has one.
  }
  /** before-quit may be prevented once; quit ends the process when nobody prevents it. */
  quit(): void {
    if (this.quitting) return
    let isPrevented = false
    this.emit('before-quit', { preventDefault: () => { isPrevented = true } })
    if (isPrevented) return
    this.quitting = true
    this.emit('will-quit', { preventDefault: () => undefined })
    process.exit(0)
  }
  exit(code: number): void {
    process.exit(code)
  }
}

/** A utility process: a forked Node child whose `process.parentPort` the shim provides. */
class FakeUtilityProcess extends EventEmitter {
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly pid: number | undefined
  private readonly child: ChildProcess

  constructor(entry: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv }) {
    super()
    this.child = fork(entry, args, { execArgv: ['--import', SHIM], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced', ...(options.env ? { env: options.env } : {}) })
    this.stdout = this.child.stdout
    this.stderr = this.child.stderr
    this.pid = this.child.pid
    this.child.on('message', (message) => this.emit('message', message))
    this.child.on('exit', (code) => this.emit('exit', code ?? 0))
  }
  postMessage(message: unknown, transfer?: readonly unknown[]): void {
    if (transfer !== undefined && transfer.length > 0) throw new TypeError('Invalid value for transfer')
    if (this.child.connected) this.child.send(structuredClone(message) as object)
  }
  kill(): boolean {
    return this.child.kill()
  }
}

class FakeIpcMain extends EventEmitter {}

/** What the test's driver reads and turns. */
export const fake = {
  hasInstanceLock: process.env['FAKE_ELECTRON_LOCK'] !== 'taken',
  windows: [] as FakeBrowserWindow[],
  privilegedSchemes: [] as unknown[],
  protocolHandlers: new Map<string, (request: Request) => Promise<Response> | Response>(),
  openedOutside: [] as string[],
  menu: null as unknown,
  permissionRequestHandler: null as ((contents: FakeWebContents, permission: string, answer: (granted: boolean) => void) => void) | null,
  permissionCheckHandler: null as ((contents: unknown, permission: string, origin: string) => boolean) | null,
  onSent: null as ((channel: string, message: unknown) => void) | null,
}

export const app = new FakeApp()
export const ipcMain = new FakeIpcMain()
export const BrowserWindow = FakeBrowserWindow
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]): void => { fake.privilegedSchemes.push(...schemes) },
  handle: (scheme: string, handler: (request: Request) => Promise<Response> | Response): void => { fake.protocolHandlers.set(scheme, handler) },
}
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: typeof fake.permissionRequestHandler): void => { fake.permissionRequestHandler = handler },
    setPermissionCheckHandler: (handler: typeof fake.permissionCheckHandler): void => { fake.permissionCheckHandler = handler },
  },
}
export const shell = {
  openExternal: async (url: string): Promise<void> => { fake.openedOutside.push(url) },
  showItemInFolder: (file: string): void => { fake.openedOutside.push(file) },
}
export const Menu = {
  buildFromTemplate: (template: unknown): unknown => template,
  setApplicationMenu: (menu: unknown): void => { fake.menu = menu },
}
export const dialog = {
  /** Answers as a person who keeps the suggested name. */
  showOpenDialog: async (): Promise<{ canceled: boolean; filePaths: string[] }> => ({ canceled: false, filePaths: ['/videos'] }),
  showSaveDialog: async (_window: unknown, options: { defaultPath: string }): Promise<{ canceled: boolean; filePath: string }> => ({ canceled: false, filePath: options.defaultPath }),
  showErrorBox: (title: string, text: string): void => { process.stderr.write(`${title}: ${text}\n`) },
}
export const utilityProcess = {
  fork: (entry: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv }): FakeUtilityProcess => new FakeUtilityProcess(entry, args, options),
}
