/** A studio with the real engine in a process that is going to be killed: `<data> <folder>`. It tells each step of its jobs. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import { systemClock } from '#services/clock.ts'
import { childProcessHost } from '#services/engine/child-process-host.ts'
import { silentLog } from '#services/log.ts'
import { openStudio } from '#services/studio.ts'
import { COMPILE_CACHE, FIXTURE_PACKS } from '../services/studio-harness.ts'

const [dataFolder = '', folder = ''] = process.argv.slice(2)
const entry = fileURLToPath(new URL('../../src/engine/entry/child-process.ts', import.meta.url))

const studio = openStudio({
  dataFolder, packFolders: [FIXTURE_PACKS], embeddedPackFolder: join(dataFolder, 'none'),
  engineHost: childProcessHost({ entry, env: { ...COMPILE_CACHE, SHOTWRIGHT_CHECKPOINT_MS: '0' } }),
  clock: systemClock(), log: silentLog, version: '0.0.0-test', idleSaveMs: 60_000,
})
const [own, other] = memoryTransportPair()
studio.serve(other)
const client = createClient(STUDIO_CONTRACT, own)
client.on('job.updated', ({ progress }) => {
  if (progress?.stage === 'sampling') writeSync(1, `step ${progress.completed}\n`)
})
const { document } = await client.call('project.open', { projectId: null, folder })
await client.call('job.generate', { projectId: document.project.id, shotIds: null, variations: 1, newSeeds: false })
setInterval(() => {}, 60_000)
