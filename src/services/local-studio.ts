/** The studio as plain Node runs it, from the source tree: engines as child processes, packs and fonts of this installation. */
import { appendFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { childProcessHost } from './engine/child-process-host.ts'
import { fileError } from './files/file-errors.ts'
import { lineLog } from './log.ts'
import { openStudio, type Studio } from './studio.ts'

/** The installation's folder. */
export const ROOT = join(import.meta.dirname, '..', '..')

export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { readonly version: string }).version

/** Opens the studio on a data folder; what happens is logged to logs/<name>.log in it. Throws what openStudio throws. */
export function openLocalStudio(dataFolder: string, logName: string): Studio {
  const logs = join(dataFolder, 'logs')
  makeFolder(logs)
  return openStudio({
    dataFolder,
    packFolders: [join(ROOT, 'models', 'packs'), join(dataFolder, 'packs')],
    resourcesFolder: join(ROOT, 'resources'),
    engineHost: childProcessHost({ entry: join(ROOT, 'src', 'engine', 'entry', 'child-process.ts'), env: { SHOTWRIGHT_ENGINE_CACHE: join(dataFolder, 'cache') } }),
    clock: systemClock(),
    log: lineLog((line) => appendFileSync(join(logs, `${logName}.log`), `${line}\n`)),
    version: VERSION,
  })
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw fileError(error, join(folder, 'studio.log'))
  }
}
