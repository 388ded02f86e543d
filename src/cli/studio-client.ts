/** Opens the studio in this process and connects a contract client to it. */
import { createClient } from '#contracts/client.ts'
import type { ContractClient } from '#contracts/contract.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT, type StudioContract } from '#contracts/studio-api.ts'
import { defaultDataFolder } from '#services/data-folder.ts'
import { openLocalStudio } from '#services/local-studio.ts'

export interface StudioClient {
  readonly client: ContractClient<StudioContract>
  dispose(): Promise<void>
}

/** `dataFolder` null: the platform's own. */
export function openStudioClient(dataFolder: string | null): StudioClient {
  const studio = openLocalStudio(dataFolder ?? defaultDataFolder(process.env, process.platform), 'cli')
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
