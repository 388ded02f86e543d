/** A studio in a process of its own that installs one entry: `<data> <catalogue> <mirror> <entry>`. Each line was true when it was written. */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { createClient } from '#contracts/client.ts'
import { memoryTransportPair } from '#contracts/memory-transport.ts'
import { STUDIO_CONTRACT } from '#contracts/studio-api.ts'
import { systemClock } from '#services/clock.ts'
import { silentLog } from '#services/log.ts'
import { openStudio } from '#services/studio.ts'
import { localEngineHost } from '../services/studio-harness.ts'
import { TEST_LIMITS } from './shop-fixture.ts'

const [dataFolder = '', catalogueFile = '', packsFolder = '', mirror = '', entryId = ''] = process.argv.slice(2)

const studio = openStudio({ dataFolder, packFolders: [], engineHost: localEngineHost({}), clock: systemClock(), log: silentLog, version: '0.0.0-test', packShop: { catalogueFile, limits: TEST_LIMITS } })
const [own, other] = memoryTransportPair()
studio.serve(other)
const client = createClient(STUDIO_CONTRACT, own)
const ended = new Promise<string>((resolve) => {
  client.on('pack.installProgress', ({ state, error }) => {
    writeSync(1, `${state}\n`)
    if (state === 'done' || state === 'failed') resolve(error?.message ?? state)
  })
})
await client.call('pack.moveFolder', { folder: packsFolder })
await client.call('pack.setMirror', { address: mirror })
flushCompileCache()
await client.call('pack.install', { entryId })
writeSync(1, `end ${await ended}\n`)
await studio.dispose()
