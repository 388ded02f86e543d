/** `npm start`: opens the studio in Electron where its binary is there or can be fetched, otherwise in the browser over the web host. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const FETCH_LIMIT_MS = 90_000

build()
const electron = electronBinary() ?? fetchElectron()
if (electron === null) {
  console.log('Electron’s binary is not here and could not be fetched: opening the studio in the browser instead.')
  run(process.execPath, [join(root, 'src/webhost/main.ts'), ...process.argv.slice(2)])
} else {
  run(electron, [root, ...process.argv.slice(2)])
}

function build(): void {
  const result = spawnSync(process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'error'], { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) process.exit(result.status ?? 1)
}

/** The path of Electron's executable, or null where only its npm package is there. Requiring the package itself would start a download. */
function electronBinary(): string | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const binary = join(override ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

function fetchElectron(): string | null {
  const installer = createRequire(import.meta.url).resolve('electron/install.js')
  spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: FETCH_LIMIT_MS })
  return electronBinary()
}

function run(command: string, args: readonly string[]): void {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => { process.exitCode = signal === null ? (code ?? 1) : 130 })
}
