/** Runs the studio in the browser: `node src/webhost/main.ts [--port 4321] [--no-open] [--data folder]`. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { StudioError } from '#core/errors.ts'
import { defaultDataFolder } from '#services/data-folder.ts'
import { watchInterrupts } from '#services/interrupts.ts'
import { openLocalStudio, ROOT } from '#services/local-studio.ts'
import { openBrowser } from './open-browser.ts'
import { startWebHost } from './server.ts'

async function main(): Promise<void> {
  const { port, dataFolder, isOpening } = readArguments()
  const rendererFolder = join(ROOT, 'out', 'renderer')
  if (!existsSync(join(rendererFolder, 'index.html'))) {
    throw new StudioError({ code: 'NOT_FOUND', message: 'The studio’s page has not been built.', remedy: 'Run npm run build, or npm start, which does it.' })
  }
  const studio = openLocalStudio(dataFolder, 'web')
  const host = await startWebHost({ studio, rendererFolder, port }).catch(async (error: unknown) => {
    await studio.dispose()
    throw error
  })
  console.log(`Shotwright is open at ${host.url}`)
  if (isOpening && !(await openBrowser(host.url))) console.log('Open that address in a browser on this machine.')
  console.log('Press Ctrl+C to close it.')
  await new Promise<void>((resolveEnd) => watchInterrupts({ onFirst: resolveEnd, onAgain: () => process.exit(130) }))
  // At once, not one after the other: the studio must know that it closes before its engines tell of their end.
  await Promise.all([studio.dispose(), host.close()])
}

function readArguments(): { readonly port: number; readonly dataFolder: string; readonly isOpening: boolean } {
  const values = parseOptions()
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StudioError({ code: 'INVALID_INPUT', message: `"${values.port ?? ''}" is no port.`, remedy: 'Give a number from 0 to 65535; 0 takes a free one.' })
  }
  return { port, dataFolder: values.data === undefined ? defaultDataFolder(process.env, process.platform) : resolve(values.data), isOpening: !values['no-open'] }
}

function parseOptions() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' }, 'no-open': { type: 'boolean', default: false } }, strict: true }).values
  } catch (cause) {
    throw new StudioError({ code: 'INVALID_INPUT', message: cause instanceof Error ? cause.message : String(cause), remedy: 'The options are --port <number>, --data <folder> and --no-open.', cause })
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof StudioError ? `${error.message}\n${error.remedy}` : error)
  process.exitCode = 1
}
