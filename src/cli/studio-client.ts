/** Opens the studio in this process, its engines in processes of their own, and connects a contract client to it. */
import { appendFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT, type StudioContract } from '#contracts/studio-api.ts'
import { systemClock } from '#services/clock.ts'
import { defaultDataFolder } from '#services/data-folder.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { lineLog } from '#services/log.ts'
import { openStudio } from '#services/studio.ts'

const ROOT = join(import.meta.dirname, '..', '..')

export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { version: string }).version

export interface StudioClient {
  readonly client: ContractClient<StudioContract>
  dispose(): Promise<void>
}

/** `dataFolder` null: the platform's own. */
export async function openStudioClient(dataFolder: string | null): Promise<StudioClient> {
  const folder = dataFolder ?? defaultDataFolder(process.env, process.platform)
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const logFile = join(folder, 'logs', 'cli.log')
  const studio = openStudio({
    dataFolder: folder,
    packFolders: [join(ROOT, 'models', 'packs'), join(folder, 'packs')],
    resourcesFolder: join(ROOT, 'resources'),
    engineHost: childProcessHost({ entry: join(ROOT, 'src', 'engine', 'entry', 'child-process.ts'), env: { SHOTWRIGHT_ENGINE_CACHE: join(folder, 'cache') } }),
    clock: systemClock(),
    log: lineLog((line) => appendFileSync(logFile, `${line}\n`)),
    version: VERSION,
  })
  const [near, far] = memoryTransportPair()
  studio.serve(far)
  const client = createClient(STUDIO_CONTRACT, near)
  return {
    client,
    dispose: async () => {
      await studio.dispose()
      client.dispose()
    },
  }
}
